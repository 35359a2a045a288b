// Runs one project of vitest and counts.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, StepFailed } from './progress.mjs';
import { nodePath, ROOT } from './setup.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * @param {'unit' | 'io' | 'e2e'} project
 * @returns {Promise<{ counts: Counts, note: string }>} throws StepFailed, with `counts`, when a test failed
 */
export async function runTests(project, env = {}) {
  const report = join(ROOT, '.cache', 'tests', `${project}.json`);
  mkdirSync(join(ROOT, '.cache', 'tests'), { recursive: true });
  rmSync(report, { force: true });
  const parameters = [
    join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    project,
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  let failure = null;
  await run(nodePath(), parameters, { cwd: ROOT, env: { ...process.env, ...env, NO_COLOR: '1' } }).catch((error) => {
    failure = error;
  });
  const counts = readCounts(report);
  const note = `${counts.passed} passed${counts.failed ? `, ${counts.failed} failed` : ''}${counts.skipped ? `, ${counts.skipped} skipped` : ''}`;
  if (failure === null && counts.passed + counts.failed === 0) failure = new StepFailed('no test ran', 'no test ran');
  if (failure !== null) throw Object.assign(new StepFailed(note, failure.output), { counts });
  return { counts, note };
}

function readCounts(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
