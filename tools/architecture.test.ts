import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const documents = ['ARCHITECTURE.md', ...readdirSync(join(root, 'docs/flows')).map((name) => `docs/flows/${name}`)];

/** Words in backticks that look like paths of this repository; patterns such as `actions.ts` and addresses are not. */
function pathsIn(markdown: string): string[] {
  return [...markdown.matchAll(/`((?:packages|apps|docs|scripts|tools|bench|e2e)\/[\w./-]*)`/g)].map(
    (match) => match[1]!,
  );
}

describe('the map and the tree agree', () => {
  for (const document of documents) {
    const paths = pathsIn(read(document));

    it(`${document} names paths, and every one exists`, () => {
      expect(paths.length).toBeGreaterThan(3);
      expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    });
  }

  it('every workspace stands on the map', () => {
    const map = read('ARCHITECTURE.md');
    const workspaces = ['packages', 'apps'].flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((name) => existsSync(join(root, folder, name, 'package.json')))
        .map((name) => `${folder}/${name}`),
    );
    expect(workspaces.length).toBeGreaterThan(8);
    for (const workspace of workspaces) expect(map).toContain(`\`${workspace}/`);
  });

  it('every feature of the server stands on the map', () => {
    const map = read('ARCHITECTURE.md');
    const features = readdirSync(join(root, 'apps/server/src')).filter((name) =>
      statSync(join(root, 'apps/server/src', name)).isDirectory(),
    );
    expect(features.length).toBeGreaterThan(4);
    for (const feature of features) expect(map).toContain(feature);
  });

  it('is short enough to be read', () => {
    expect(read('ARCHITECTURE.md').split('\n').length).toBeLessThanOrEqual(150);
  });

  it('both READMEs show the same pictures and name the same settings', () => {
    const marks = (text: string) =>
      [...text.matchAll(/docs\/pictures\/[\w.-]+|`[A-Z][A-Z_0-9]{3,}`/g)].map((match) => match[0]).sort();
    expect(marks(read('README.md')).length).toBeGreaterThan(5);
    expect(marks(read('README.zh-CN.md'))).toEqual(marks(read('README.md')));
    for (const [picture] of read('README.md').matchAll(/docs\/pictures\/[\w.-]+/g))
      expect(existsSync(join(root, picture))).toBe(true);
  });
});
