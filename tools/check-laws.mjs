// The laws of the layout, by dependency-cruiser (which reads TypeScript with version 6) and a look at the files themselves.
// Fails when it looked at suspiciously little: a tool that resolves nothing finds nothing wrong.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import laws from './dependency-laws.cjs';
import { impurities, unlooked } from './pure-packages.mjs';

const folders = ['packages', 'apps', 'bench', 'e2e'];
const { options, ...ruleSet } = laws;
const result = await cruise(folders, { ...options, ruleSet, validate: true }, undefined, {
  tsConfig: extractTSConfig('tsconfig.base.json'),
});
const { modules, summary } = result.output;
const problems = summary.violations
  .filter(({ rule }) => rule.severity === 'error')
  .map(
    ({ rule, from, to, cycle }) => `${rule.name}: ${from} → ${cycle ? cycle.map(({ name }) => name).join(' → ') : to}`,
  );

const ours = sources('.');
const cruised = new Set(modules.map(({ source }) => source));
const unseen = ours.filter((path) => !cruised.has(path));
if (unseen.length > 0)
  problems.push(`not looked at (${unseen.length} of ${ours.length} files): ${unseen.slice(0, 5).join(', ')}`);
const resolved = modules.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
if (resolved < ours.length)
  problems.push(`only ${resolved} imports were found in ${ours.length} files: the reader of TypeScript is not at work`);

problems.push(...unlooked(ours));
for (const path of ours) problems.push(...contentProblems(path, readFileSync(path, 'utf8')));

if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(1);
}
process.stdout.write(`${ours.length} files, ${resolved} imports`);

/** Laws that are no imports. */
function contentProblems(path, text) {
  const found = impurities(path, text);
  const feature = /^apps\/server\/src\/(?!platform\/|demo\/)(\w+)\/(.+)\.ts$/.exec(path);
  if (
    feature &&
    !/actions$|\.test$|jobs$|store$/.test(feature[2]) &&
    /\.(insertInto|updateTable|deleteFrom)\(/.test(text)
  )
    found.push(`only-actions-write: ${path} changes the database`);
  if (feature && !/actions$|\.test$/.test(feature[2]) && /\bannounce\(/.test(text))
    found.push(`only-actions-announce: ${path}`);
  return found;
}

function sources(folder) {
  const start = folder === '.' ? folders : [folder];
  return start.flatMap((name) =>
    readdirSync(name, { withFileTypes: true }).flatMap((entry) => {
      const path = join(name, entry.name);
      if (entry.isDirectory()) return ['node_modules', 'dist', 'data'].includes(entry.name) ? [] : sources(path);
      return /\/src\/.*\.tsx?$/.test(path) && !path.endsWith('.d.ts') ? [path] : [];
    }),
  );
}
