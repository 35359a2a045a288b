import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ForeignRun } from './run.ts';

interface VitestReport {
  testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
}

/**
 * Runs vitest by the vitest.config.mjs in `tested`, a folder of the part's, and reports each of its tests.
 * @param args which tests
 */
export async function runVitest(
  run: ForeignRun,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const file = join(run.folder, 'report.json');
  // That of an earlier run must not be taken for this one's.
  await rm(file, { force: true });
  const vitest = run.start(
    process.execPath,
    // The part's own config: vitest would otherwise find the repository's.
    [
      ...['node_modules/vitest/vitest.mjs', 'run', '--root=tested', '--config=vitest.config.mjs'],
      ...['--reporter=json', `--outputFile=${file}`, ...args],
    ],
    environment,
  );
  const code = await vitest.ended;
  const report = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as VitestReport,
    () => undefined,
  );
  const tests = report?.testResults.flatMap((result) => result.assertionResults) ?? [];
  if (tests.length === 0) throw new Error(`no test ran (exit code ${code}): ${vitest.printed().slice(-2_000)}`);
  for (const { fullName, status, failureMessages } of tests) {
    const outcome = status === 'passed' ? 'passed' : status === 'failed' ? 'failed' : 'not run';
    run.report(fullName, outcome, failureMessages.join('\n'));
  }
}
