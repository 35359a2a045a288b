// npm run dev: the server starts again and the front ends are built again whenever a source changes; same addresses as npm start.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StepFailed } from './progress.mjs';
import { ensureFrontEnds, ensurePackages, nodePath, ROOT, requireNode } from './setup.mjs';

requireNode();
try {
  await ensurePackages();
  await ensureFrontEnds();
} catch (error) {
  if (error instanceof StepFailed) process.exit(1);
  throw error;
}

const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
const children = [
  spawn(nodePath(), ['--watch', '--watch-preserve-output', 'apps/server/src/main.ts', ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
  }),
  ...['console', 'portal', 'widget']
    .map((name) => join(ROOT, 'apps', name))
    .filter((cwd) => existsSync(join(cwd, 'vite.config.ts')))
    .map((cwd) =>
      spawn(nodePath(), [vite, 'build', '--watch', '--logLevel', 'warn', '--mode', 'development'], {
        cwd,
        stdio: 'inherit',
      }),
    ),
];

let stopping = false;
function stop(signal) {
  if (stopping) return;
  stopping = true;
  for (const child of children) child.kill(signal);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
// Any of them ending ends the others; half a development server misleads.
for (const child of children)
  child.once('exit', (code) => {
    process.exitCode ||= stopping ? 0 : (code ?? 1);
    stop('SIGTERM');
  });
