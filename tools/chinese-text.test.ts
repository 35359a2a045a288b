import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const within = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => !/(^|\/)(node_modules|dist)(\/|$)/.test(path))
    .map((path) => join(folder, path));

const catalogues = ['packages', 'apps']
  .flatMap(within)
  .filter((path) => /(^|\/)zh-CN(\.json|\/[\w-]+\.json)$/.test(path));
const pages = [
  'README.zh-CN.md',
  'packages/sla/README.zh-CN.md',
  ...within('docs').filter((path) => path.endsWith('.zh-CN.md')),
];

/** What is between the marks a bench writes by itself. */
const MEASURED = /<!-- bench \w+: begin -->[\s\S]*?<!-- bench \w+: end -->/g;
/** Code, and where links lead. */
const NO_PROSE = /```[\s\S]*?```|`[^`\n]*`|\]\([^)\s]*\)|https?:\/\/[^\s)]+/g;
/** “+12分” is how the clocks say it where there is the least room. */
const AS_SHOWN = /“[+<]?\d+[天时分]+”/g;

const MIXED = /\p{Script=Han}\d|\d\p{Script=Han}|\d\s+%|\}\}\s+%|%\p{Script=Han}/gu;

function mixed(text: string): string[] {
  return [...text.matchAll(MIXED)].map(({ index }) => text.slice(Math.max(0, index - 12), index + 12));
}

describe('a space stands between Chinese and figures, none before %', () => {
  it.each(catalogues)('%s', (path) => {
    expect(mixed(readFileSync(join(root, path), 'utf8'))).toEqual([]);
  });

  it.each(pages)('%s', (path) => {
    const prose = readFileSync(join(root, path), 'utf8')
      .replace(MEASURED, '')
      .replace(NO_PROSE, '')
      .replace(AS_SHOWN, '');
    expect(mixed(prose)).toEqual([]);
  });

  it('all of them are looked at, and what is wrong is found', () => {
    expect([catalogues.length, pages.length]).toEqual([
      expect.toSatisfy((n) => n > 25),
      expect.toSatisfy((n) => n > 15),
    ]);
    for (const text of ['5分钟', '共5 个', '5 %', '{{percent}} %', '5%以上']) expect(mixed(text)).toHaveLength(1);
    expect(mixed('共 5 个，5% 以上，{{count}} 个')).toEqual([]);
  });
});
