/// <reference types="node" />
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = join(dirname(fileURLToPath(import.meta.url)), '..');

type Tree = { [key: string]: string | Tree };

/** The desk's own texts are the namespace `console`; a part that brings its own names them as its folder. */
const CATALOGUES: Record<string, Tree> = Object.fromEntries([
  ['console', read(join(source, 'locales'))],
  ...readdirSync(source)
    .filter((folder) => existsSync(join(source, folder, 'locales', 'en.json')))
    .map((folder) => [folder, read(join(source, folder, 'locales'))]),
]);

function read(folder: string): Tree {
  return JSON.parse(readFileSync(join(folder, 'en.json'), 'utf8')) as Tree;
}

function has(tree: Tree, key: string): boolean {
  let node: string | Tree | undefined = tree;
  for (const part of key.split('.'))
    node = typeof node === 'object' ? (node[part] ?? node[`${part}_other`]) : undefined;
  return typeof node === 'string';
}

describe('texts', () => {
  it('exist for every key the desk asks for by name', () => {
    const missing: string[] = [];
    let asked = 0;
    for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
      if (!/\.tsx?$/.test(file)) continue;
      const text = readFileSync(join(source, file), 'utf8');
      // A call asks the catalogue, and below the key, that the nearest `t` above it was made for.
      let namespace = '';
      let prefix = '';
      for (const match of text.matchAll(
        /\{ t \} = useTranslation\('(\w+)'(?:, \{ keyPrefix: '([\w.]+)' \})?|\bt\('(?:(\w+):)?([\w.]+)'/g,
      )) {
        const [, made, under, other, key] = match;
        if (made !== undefined) {
          namespace = made;
          prefix = under === undefined ? '' : `${under}.`;
          continue;
        }
        const tree = CATALOGUES[other ?? namespace];
        if (!tree) continue;
        asked += 1;
        const path = other === undefined ? `${prefix}${key}` : key!;
        if (!has(tree, path)) missing.push(`${file}: ${other ?? namespace}:${path}`);
      }
    }
    expect(missing).toEqual([]);
    expect(asked).toBeGreaterThan(40);
  });
});
