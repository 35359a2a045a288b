// npm start: installs what is missing, builds what changed, becomes the server. Arguments go to the server (`--empty`).
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { StepFailed } from './progress.mjs';
import { ensureFrontEnds, ensurePackages, nodePath, ROOT, requireNode } from './setup.mjs';

requireNode();
try {
  await ensurePackages();
  await ensureFrontEnds();
  becomeServer();
} catch (error) {
  // Steps have printed what went wrong themselves.
  if (!(error instanceof StepFailed)) throw error;
  if (!error.output) process.stderr.write(`\n${error.message}\n\n`);
  process.exitCode = 1;
}

function becomeServer() {
  const node = nodePath();
  const parameters = [
    '--disable-warning=ExperimentalWarning',
    join(ROOT, 'apps', 'server', 'src', 'main.ts'),
    ...process.argv.slice(2),
  ];
  // In our own place where Node can do that: one process less in memory, and signals arrive without detour.
  if (node === process.execPath && typeof process.execve === 'function') {
    const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined));
    process.execve(node, [node, ...parameters], env);
  }
  // The channel tells the server when this process was killed.
  const server = spawn(node, parameters, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
  server.once('exit', (code, signal) => {
    process.exitCode = signal ? 1 : (code ?? 1);
  });
}
