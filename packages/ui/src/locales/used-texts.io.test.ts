/// <reference types="node" />
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import english from './en.json' with { type: 'json' };

const source = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Folders whose pieces read catalogues of their own. */
const ELSEWHERE = ['call/', 'plan/', 'statement/'];

type Tree = { [key: string]: string | Tree };

function has(tree: Tree, key: string): boolean {
  let node: string | Tree | undefined = tree;
  for (const part of key.split('.'))
    node = typeof node === 'object' ? (node[part] ?? node[`${part}_other`]) : undefined;
  return typeof node === 'string';
}

describe('texts', () => {
  it('exist for every key the pieces ask for by name', () => {
    const missing: string[] = [];
    let asked = 0;
    for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.tsx') || ELSEWHERE.some((folder) => file.startsWith(folder))) continue;
      const text = readFileSync(join(source, file), 'utf8');
      if (!text.includes("useTranslation('ui')")) continue;
      for (const match of text.matchAll(/\bt\('([\w.]+)'/g)) {
        asked += 1;
        if (!has(english, match[1]!)) missing.push(`${file}: ${match[1]}`);
      }
    }
    expect(missing).toEqual([]);
    expect(asked).toBeGreaterThan(40);
  });
});
