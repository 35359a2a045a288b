/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest';

type Tree = { [key: string]: string | Tree };

/** Every catalogue of the desk: its own and one of each part that brings its texts along. */
const CATALOGUES = import.meta.glob<Tree>('../**/locales/*.json', { eager: true, import: 'default' });
const FOLDERS = [...new Set(Object.keys(CATALOGUES).map((path) => path.slice(0, path.lastIndexOf('/'))))];

function texts(tree: Tree, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(path + key, value);
    else for (const [inner, text] of texts(value, `${path}${key}.`)) found.set(inner, text);
  }
  return found;
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

it('the catalogues are found', () => {
  expect(FOLDERS).toContain('.');
  expect(texts(CATALOGUES['./en.json']!).size).toBeGreaterThan(50);
});

describe.each(FOLDERS)('catalogues in %s', (folder) => {
  const en = texts(CATALOGUES[`${folder}/en.json`]!);
  const zh = texts(CATALOGUES[`${folder}/zh-CN.json`]!);

  it('have the same keys', () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
  });

  it('have no empty text', () => {
    for (const [key, text] of [...en, ...zh]) expect(text.trim(), key).not.toBe('');
  });

  it('fill the same placeholders', () => {
    for (const [key, text] of en) expect(placeholders(zh.get(key)!), key).toEqual(placeholders(text));
  });
});
