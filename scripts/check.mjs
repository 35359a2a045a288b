// npm run check: everything that can be said about the code without running the product. `runChecks` is shared with npm test.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, StepFailed, step } from './progress.mjs';
import { ensurePackages, nodePath, ROOT, requireNode } from './setup.mjs';
import { runTests } from './tests.mjs';

/** @returns {Promise<{ failed: number, tests: import('./tests.mjs').Counts }>} */
export async function runChecks() {
  let failed = 0;
  const attempt = async (label, work) => {
    try {
      return await step(label, work);
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      failed += 1;
      return null;
    }
  };
  const tool = (path, ...parameters) =>
    run(nodePath(), [join(ROOT, 'node_modules', ...path.split('/')), ...parameters], { cwd: ROOT });

  await attempt('types', async () => {
    const workspaces = ['packages', 'apps', '.'].flatMap(workspacesIn);
    const problems = [];
    for (const workspace of workspaces) {
      // tsc 7 by path: both versions want to be .bin/tsc.
      await tool('ts7/bin/tsc', '-p', workspace).catch((error) => problems.push(error.output));
    }
    if (problems.length > 0) throw new StepFailed('types', problems.join('\n'));
    return { note: `${workspaces.length} workspaces` };
  });
  await attempt('format and lint', async () => {
    await tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.');
    await tool('oxlint/bin/oxlint', '--config', 'tools/oxlint.json', '--deny-warnings', '.');
  });
  await attempt('laws of the layout', async () => ({
    note: await run(nodePath(), ['tools/check-laws.mjs'], { cwd: ROOT }),
  }));
  await attempt('unused code', () => tool('knip/bin/knip.js', '--config', 'tools/knip.json', '--no-progress'));
  const tests = await attempt('unit tests', () => runTests('unit'));
  return { failed, tests: tests?.counts ?? { passed: 0, failed: 1, skipped: 0 } };
}

function workspacesIn(folder) {
  const names = folder === '.' ? ['bench', 'e2e'] : readdirSync(join(ROOT, folder));
  return names
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(ROOT, path, 'tsconfig.json')) && existsSync(join(ROOT, path, 'src')));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  requireNode();
  await ensurePackages();
  const { failed } = await runChecks();
  process.exitCode = failed === 0 ? 0 : 1;
}
