import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from '@alongside/testkit';
import { percentile, printTable } from './figures.ts';
import { memoryBytes } from './processes.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
/** Memory is read after this long without requests. */
const REST_MS = 20_000;

/**
 * `npm start` on a data folder that exists: from the command to /healthz answering 200, and the memory of all
 * processes together once nothing has happened for a while.
 */
export async function benchStart(rounds: number): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'bench-start-'));
  try {
    const first = await startOnce(dataFolder, 0);
    const readyMs: number[] = [];
    let memory = first.memory;
    for (let round = 0; round < rounds; round += 1) {
      const { tookMs, memory: measured } = await startOnce(dataFolder, round === rounds - 1 ? REST_MS : 0);
      readyMs.push(tookMs);
      memory = measured;
    }
    const figures = { firstMs: first.tookMs, p50Ms: percentile(readyMs, 0.5), maxMs: Math.max(...readyMs) };
    console.log(JSON.stringify({ case: 'start', rounds, ...figures, memoryBytes: memory.totalBytes }));
    printTable(
      'npm start → /healthz 200',
      ['', 'ms'],
      [
        ['first, empty data folder', figures.firstMs.toFixed(0)],
        ['again, p50', figures.p50Ms.toFixed(0)],
        ['again, worst', figures.maxMs.toFixed(0)],
      ],
    );
    const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
    printTable(
      `Memory at rest after ${REST_MS / 1000} s (PSS)`,
      ['process', 'MiB'],
      [
        ...Object.entries(memory.byCommand).map(([command, bytes]) => [command, mebibytes(bytes)]),
        ['together', mebibytes(memory.totalBytes)],
      ],
    );
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

async function startOnce(dataFolder: string, restMs: number) {
  const began = performance.now();
  const child = spawn('npm', ['start', '--silent'], {
    cwd: REPOSITORY,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: '0', MEDIA_UDP_PORT: '0', MEDIA_TCP_PORT: '0', ALONGSIDE_DATA: dataFolder },
  });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  try {
    const origin = await until('the links', () => printed.match(/(https?:\/\/[^\s/]+)\/console\//)?.[1], 180_000);
    await until('/healthz', async () => (await fetch(`${origin}/healthz`)).ok);
    const tookMs = performance.now() - began;
    await new Promise((rested) => setTimeout(rested, restMs));
    return { tookMs, memory: memoryBytes(child.pid!, dataFolder) };
  } finally {
    const ended = new Promise((done) => child.once('exit', done));
    process.kill(-child.pid!, 'SIGTERM');
    await ended;
  }
}
