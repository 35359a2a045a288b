import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Hopeless, until } from './until.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');

/** A server of its own process, started the way the README says. */
export type RunningServer = {
  /** e.g. http://localhost:41234 */
  origin: string;
  /** The links it printed for a newcomer, by their place in the list. */
  links: { demo: string; portal: string; console: string };
  dataFolder: string;
  /** All it printed so far. */
  output(): string;
  /** Ends it at once, as a power cut would: no handler runs. Its database may go on, as it would in life. */
  kill(): Promise<void>;
  /** Stops its clock for a while: nothing goes in or out, as when the network is gone, and then all goes on. */
  freeze(forMs: number): Promise<void>;
  /** Starts it again on the same data folder and the same port. */
  restart(): Promise<void>;
  /** Ends it in good order and removes its data. */
  close(): Promise<void>;
};

/** Where the data folder of a first start lies while a run of tests lasts; see `prepareFirstStart`. */
const FIRST_START = 'ALONGSIDE_TEST_FIRST_START';

/**
 * Starts `npm start`'s script on a free port, and waits until it says it is ready.
 * @param options.args arguments as after `npm start --`, e.g. ['--empty']
 * @param options.env settings on top of this process's environment
 * @param options.fresh on an empty data folder even where a run has prepared one: for whoever tests the first start
 */
export async function startServer(
  options: { args?: string[]; env?: Record<string, string>; fresh?: boolean } = {},
): Promise<RunningServer> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'alongside-'));
  const prepared = process.env[FIRST_START];
  const isDefault = !options.args?.length && !options.fresh;
  // Not Node's own copy: under root the database belongs to another account, and is refused when it does not.
  if (prepared && isDefault) execFileSync('cp', ['-a', `${prepared}/.`, dataFolder]);
  let started = await start(dataFolder, '0', options);
  const port = new URL(started.origin).port;
  return {
    get origin() {
      return started.origin;
    },
    get links() {
      return started.links;
    },
    dataFolder,
    output: () => started.output(),
    async kill() {
      await endGroup(started.child, 'SIGKILL');
    },
    async freeze(forMs) {
      process.kill(-started.child.pid!, 'SIGSTOP');
      await new Promise((over) => setTimeout(over, forMs));
      process.kill(-started.child.pid!, 'SIGCONT');
    },
    async restart() {
      started = await start(dataFolder, port, options);
    },
    async close() {
      await endGroup(started.child, 'SIGTERM');
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/**
 * Makes the data folder of a first start with the demo company once for a whole run: telling its past takes longer than
 * everything else a start does. Servers that start by default get a copy of it.
 * @returns what removes it
 */
export async function prepareFirstStart(): Promise<() => void> {
  const prepared = mkdtempSync(join(tmpdir(), 'alongside-first-'));
  const { child } = await start(prepared, '0', {});
  await endGroup(child, 'SIGTERM');
  process.env[FIRST_START] = prepared;
  return () => rmSync(prepared, { recursive: true, force: true });
}

async function start(dataFolder: string, port: string, options: { args?: string[]; env?: Record<string, string> }) {
  // A process group of its own, so that the script and the server it starts end together.
  const child = spawn(process.execPath, ['scripts/start.mjs', ...(options.args ?? [])], {
    cwd: REPOSITORY,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PORT: port,
      ALONGSIDE_DATA: dataFolder,
      MEDIA_UDP_PORT: '0',
      MEDIA_TCP_PORT: '0',
      NO_COLOR: '1',
      FORCE_COLOR: '0',
      ...options.env,
    },
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  const link = (path: string) => text.match(new RegExp(`https?://[^\\s]+/${path}/[^\\s]*`))?.[0];
  try {
    const consoleLink = await until(
      'the server to print its links',
      () => {
        if (child.exitCode !== null) throw new Hopeless(`the server ended with ${child.exitCode}`);
        return link('console');
      },
      120_000,
    );
    return {
      child,
      origin: new URL(consoleLink).origin,
      links: { demo: link('demo') ?? '', portal: link('portal') ?? '', console: consoleLink },
      output: () => text,
    };
  } catch (error) {
    await endGroup(child, 'SIGKILL');
    throw new Error(`the server did not start; it printed:\n${text}`, { cause: error });
  }
}

async function endGroup(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended =
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve()
      : new Promise((done) => child.once('exit', done));
  try {
    process.kill(-child.pid!, signal);
  } catch {
    // The whole group is gone already.
  }
  await ended;
}
