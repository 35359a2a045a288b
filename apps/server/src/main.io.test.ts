import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
let dir: string;
const servers: { child: ChildProcess; ended: Promise<number | null> }[] = [];

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'alongside-main-'));
});
afterEach(async () => {
  for (const { child, ended } of servers.splice(0)) {
    child.kill('SIGTERM');
    await ended;
  }
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function start(env: Record<string, string> = {}, args: readonly string[] = ['--empty']) {
  const settings = {
    PORT: '0',
    ALONGSIDE_DATA: join(dir, 'data'),
    MEDIA_UDP_PORT: '0',
    MEDIA_TCP_PORT: '0',
    LOG_FORMAT: 'json',
    ...env,
  };
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { text: '', errors: '' };
  child.stdout.on('data', (chunk) => (output.text += chunk));
  child.stderr.on('data', (chunk) => (output.errors += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  servers.push({ child, ended });
  const origin = () =>
    vi.waitUntil(
      () =>
        /Server listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(output.text)?.[1] ??
        /^ {2}\S.* (https?:\/\/[^/\s]+)/m.exec(output.text)?.[1],
      {
        timeout: 60_000,
      },
    );
  return { child, ended, output, origin };
}

test('starts, is healthy, stops in order, and starts again', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { child, ended, output, origin } = start();
    const health = await fetch(`${await origin()}/healthz`);
    expect([health.status, output.errors]).toEqual([200, '']);
    const postgres = Number(readFileSync(join(dir, 'data', 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(() => process.kill(postgres, 0)).toThrow('ESRCH');
    expect(output.text).toContain('"stopped"');
  }
});

test('a second one on the same folder, or port, says so in one sentence', async () => {
  const first = start();
  const { port } = new URL(await first.origin());
  const second = start();
  expect(await second.ended).toBe(1);
  expect(second.output.errors.trim()).toMatch(
    /^Alongside is already running on .* \(process \d+, since .*\)\. Stop it first.*$/,
  );
  const third = start({ PORT: port, ALONGSIDE_DATA: join(dir, 'other data') });
  expect(await third.ended).toBe(1);
  expect(third.output.errors.trim()).toMatch(/^The port is already in use .*PORT\.$/);
});

test('a wrong setting is named and nothing is started', async () => {
  const { ended, output } = start({ PORT: 'many', SMTP_URL: 'ftp://user:hunter2@x' });
  expect(await ended).toBe(1);
  expect(output.errors).toContain('PORT: must be a whole number');
  expect(output.errors).toContain('SMTP_URL');
  expect(output.errors + output.text).not.toContain('hunter2');
});

test('arguments nobody understands start nothing and say what is accepted; --help does', async () => {
  const mistyped = start({ ALONGSIDE_DATA: join(dir, 'never') }, ['--emtpy']);
  expect(await mistyped.ended).toBe(2);
  expect(mistyped.output.errors).toMatch(/“--emtpy” is not understood[\s\S]*--empty/);
  const asked = start({ ALONGSIDE_DATA: join(dir, 'never') }, ['--help']);
  expect(await asked.ended).toBe(0);
  expect(asked.output.text).toContain('--empty');
  expect(existsSync(join(dir, 'never'))).toBe(false);
});
