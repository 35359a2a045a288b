#!/usr/bin/env node
// Runs on the Node 24 the package manager brought, whatever Node this was started with.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..', '..', '..');
const brought = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
const isNew = Number(process.versions.node.split('.')[0]) >= 24;
if (!isNew && !existsSync(brought)) {
  process.stderr.write(
    `Alongside runs on Node 24; this is ${process.versions.node}. Run \`npm ci\` in ${root} first, or install Node 24.\n`,
  );
  process.exit(1);
}
const child = spawn(
  isNew ? process.execPath : brought,
  [join(root, 'apps', 'cli', 'src', 'main.ts'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.once('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1);
});
