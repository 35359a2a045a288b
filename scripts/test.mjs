// npm test: sets up what tests need, then every check and every test. Ends with one line that sums up.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runChecks } from './check.mjs';
import { run, StepFailed, step } from './progress.mjs';
import { ensureFrontEnds, ensurePackages, requireNode } from './setup.mjs';
import { runTests } from './tests.mjs';

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

requireNode();
try {
  await ensurePackages();
  await ensureFrontEnds();
  await ensureChromium();
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  if (!error.output) process.stderr.write(`\n${error.message}\n\n`);
  process.exit(1);
}

const { failed, tests } = await runChecks();
const totals = { ...tests };
for (const [label, project] of [
  ['database, sockets, processes', 'io'],
  ['whole stories in browsers', 'e2e'],
]) {
  const { counts } = await step(label, () => runTests(project)).catch((error) => error);
  for (const key of Object.keys(totals)) totals[key] += counts?.[key] ?? (key === 'failed' ? 1 : 0);
}
const checks = failed === 0 ? '' : `, ${failed} ${failed === 1 ? 'check' : 'checks'} failed`;
process.stdout.write(
  `\n${totals.passed} passed, ${totals.failed} failed${totals.skipped ? `, ${totals.skipped} skipped` : ''}${checks}\n`,
);
process.exitCode = totals.failed === 0 && failed === 0 ? 0 : 1;

/** The one that is there, or Debian's where we may install it, or a sentence. */
async function ensureChromium() {
  if (process.env.CHROMIUM_PATH ? existsSync(process.env.CHROMIUM_PATH) : onPath(CHROMIUM_NAMES)) return;
  if (process.getuid?.() !== 0 || !onPath(['apt-get']))
    throw new StepFailed(
      'The tests drive a Chromium, and none was found. Install one (Debian: sudo apt-get install chromium) or set CHROMIUM_PATH.',
    );
  await step('Installing Chromium', async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-q'], { env });
    // With a Chinese font: screens are looked at in both languages.
    await run('apt-get', ['install', '-qy', '--no-install-recommends', 'chromium', 'fonts-wqy-microhei'], { env });
  });
}

function onPath(names) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) =>
    names.some((name) => {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  );
}
