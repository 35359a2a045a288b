/// <reference types="node" />
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = join(dirname(fileURLToPath(import.meta.url)), '..');

type Tree = { [key: string]: string | Tree };

/** Folder of each catalogue's texts. */
const CATALOGUES: Record<string, Tree> = {
  ui: read('locales'),
  call: read('call/locales'),
  check: read('check/locales'),
  diagnosis: read('diagnosis/locales'),
  promise: read('plan/locales'),
  statement: read('statement/locales'),
};

function read(folder: string): Tree {
  return JSON.parse(readFileSync(join(source, folder, 'en.json'), 'utf8')) as Tree;
}

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
      if (!/\.tsx?$/.test(file)) continue;
      const text = readFileSync(join(source, file), 'utf8')
        .replaceAll('const t = useCallText()', "const { t } = useTranslation('call')")
        .replaceAll('const t = useCheckText()', "const { t } = useTranslation('check')")
        .replaceAll('const t = useDiagnosisText()', "const { t } = useTranslation('diagnosis')");
      // A call asks the catalogue, and below the key, that the nearest function of its name above it was made for.
      const made: Record<string, { namespace: string; prefix: string }> = {};
      for (const match of text.matchAll(
        /\{ t(?:: (\w+))? \} = useTranslation\('(\w+)'(?:, \{ keyPrefix: '([\w.]+)' \})?|\b(\w+)\('(?:(\w+):)?([\w.]+)'/g,
      )) {
        const [, renamed = 't', namespace, under, name, other, key] = match;
        if (namespace !== undefined) {
          made[renamed] = { namespace, prefix: under === undefined ? '' : `${under}.` };
          continue;
        }
        const from = made[name!];
        const tree = from && CATALOGUES[other ?? from.namespace];
        if (!tree) continue;
        asked += 1;
        const path = other === undefined ? `${from.prefix}${key}` : key!;
        if (!has(tree, path)) missing.push(`${file}: ${other ?? from.namespace}:${path}`);
      }
    }
    expect(missing).toEqual([]);
    expect(asked).toBeGreaterThan(200);
  });
});
