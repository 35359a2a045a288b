/**
 * Writes packages/sla as a package of plain JavaScript that anybody can install, for Node does not run TypeScript
 * from node_modules. Run: node tools/build-sla.ts [FOLDER], then: npm publish packages/sla/dist
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const source = join(root, 'packages/sla');
const folder = resolve(process.argv[2] ?? join(source, 'dist'));

rmSync(folder, { recursive: true, force: true });
const compiler = join(root, 'node_modules/ts7/bin/tsc');
execFileSync(process.execPath, [compiler, '-p', join(source, 'tsconfig.build.json'), '--outDir', folder], {
  stdio: 'inherit',
});
for (const name of ['README.md', 'README.zh-CN.md', 'SPEC.md']) copyFileSync(join(source, name), join(folder, name));
copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));

const { name, version, description, keywords, license, type, sideEffects, dependencies } = JSON.parse(
  readFileSync(join(source, 'package.json'), 'utf8'),
);
const manifest = {
  ...{ name, version, description, keywords, license, type, sideEffects },
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
  dependencies,
};
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
