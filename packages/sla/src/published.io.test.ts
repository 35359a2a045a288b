import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const SOURCE = join(ROOT, 'packages/sla');
let folder: string;
let installed: string;
const node = (...parameters: string[]) => execFileSync(process.execPath, parameters, { cwd: folder, encoding: 'utf8' });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sla-'));
  installed = join(folder, 'node_modules/@alongside/sla');
  node(join(ROOT, 'tools/build-sla.ts'), installed);
  const lockfile = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const needed = (name: string): string[] => [
    name,
    ...Object.keys(lockfile.packages[`node_modules/${name}`].dependencies ?? {}).flatMap(needed),
  ];
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  for (const name of new Set(Object.keys(dependencies).flatMap(needed))) {
    const path = join(folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), path);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function blockOf(readme: string, language: string): string {
  return new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readFileSync(join(SOURCE, readme), 'utf8'))![1]!;
}

describe('packages/sla on its own, outside this repository', () => {
  test.each(['README.md', 'README.zh-CN.md'])('%s: the example runs and prints what it says', (readme) => {
    writeFileSync(join(folder, 'example.mjs'), blockOf(readme, 'js'));
    expect(node('example.mjs')).toBe(blockOf(readme, 'text'));
  });

  test('the two examples differ in their comments only', () => {
    const code = (readme: string) => blockOf(readme, 'js').replaceAll(/^\s*\/\/.*\n/gm, '');
    expect(code('README.zh-CN.md')).toBe(code('README.md'));
  });

  test('its types are found, and hold', () => {
    const head = "import { type Calendar, dueAt, evaluate, onCallAt } from '@alongside/sla';\n";
    const right = "const calendar: Calendar = { tz: 'UTC', week: { mon: ['09:00-17:00'] } };\n";
    writeFileSync(join(folder, 'right.mts'), `${head}${right}export const due: string = dueAt(calendar, '', 1);\n`);
    writeFileSync(join(folder, 'wrong.mts'), `${head}dueAt(null, '', '1');\nevaluate({});\nonCallAt({}, '');\n`);
    const check = (name: string) => {
      const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024,dom'];
      try {
        return node(join(ROOT, 'node_modules/ts7/bin/tsc'), ...flags, name);
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    };
    expect(check('right.mts')).toBe('');
    expect(check('wrong.mts').match(/^wrong\.mts\(\d/gm)).toEqual(['wrong.mts(2', 'wrong.mts(3', 'wrong.mts(4']);
  });

  test('what would be published: JavaScript, types, texts and data, no tests', () => {
    const paths = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(installed, join(entry.parentPath, entry.name)));
    expect(paths.filter((path) => !/^[\w/-]+\.(js|d\.ts)$/.test(path)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'README.zh-CN.md',
      'SPEC.md',
      'holidays/data/china-2026.json',
      'holidays/data/china-2027.json',
      'package.json',
    ]);
    expect(paths).toContain('clock/evaluate.js');
    expect(paths.filter((path) => /test|oracle/.test(path))).toEqual([]);
    for (const path of paths.filter((each) => each.endsWith('.js')))
      expect(readFileSync(join(installed, path), 'utf8'), path).not.toMatch(/from '(node:|\.[^']*\.ts')/);
  });
});
