import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findLiveKitServer, until } from '@alongside/testkit';
import { proportionalBytes } from '../processes.ts';
import { configureJanus, findJanus } from './janus.ts';
import type { DoorSpec } from './load/load.ts';
import { nativeLibraryMissing } from './native-pipe/library.ts';
import type { ServerName } from './run.ts';

const KEYS = { key: 'devkey', secret: 'secret of a bench, long enough to be one' };
const TICKS_PER_SECOND = 100;

/** A media server of its own process on loopback. */
export interface RunningServer {
  readonly name: ServerName;
  readonly door: DoorSpec;
  readonly pid: number;
  /** Processor time of all its threads so far, µs. */
  cpuUs(): number;
  /** Proportional share of memory. */
  memoryBytes(): number;
  /** Files and sockets it holds open. */
  descriptors(): number;
  threads(): number;
  stop(): Promise<void>;
}

/** Why this server cannot be had here, in one sentence; null when it can. */
export async function serverMissing(name: ServerName): Promise<string | null> {
  if (name === 'native-pipe') return nativeLibraryMissing();
  if (name === 'livekit' && findLiveKitServer() === null) return 'No livekit-server on this machine.';
  if (name === 'janus' && findJanus() === null) return 'No Janus on this machine.';
  return null;
}

/** Starts a server as its makers ship it, quiet and on free ports. @throws Error when it does not come up */
export async function startServer(name: ServerName): Promise<RunningServer> {
  if (name === 'janus') return startJanus();
  const [port, tcpPort, udpPort] = [await freePort(), await freePort(), await freePort()];
  const [command, ...args] = commandOf(name, { port, tcpPort, udpPort });
  const child = start(command, args);
  await until(`${name} to answer`, async () => (await fetch(`http://127.0.0.1:${port}/`)).ok);
  return running(name, child, { kind: 'livekit', url: `ws://127.0.0.1:${port}`, keys: KEYS });
}

/** What is called to start a server of LiveKit's protocol. */
function commandOf(
  name: Exclude<ServerName, 'janus'>,
  { port, tcpPort, udpPort }: Record<'port' | 'tcpPort' | 'udpPort', number>,
): [command: string, ...args: string[]] {
  if (name === 'livekit') {
    const config = [
      `port: ${port}`,
      "bind_addresses: ['127.0.0.1']",
      `keys: { ${KEYS.key}: '${KEYS.secret}' }`,
      `rtc: { udp_port: ${udpPort}, tcp_port: ${tcpPort}, node_ip: 127.0.0.1, use_external_ip: false, enable_loopback_candidate: true }`,
      'logging: { level: error }',
    ];
    return [findLiveKitServer()!, '--config-body', config.join('\n')];
  }
  const options = {
    host: '127.0.0.1',
    port,
    udpPort,
    tcpPort,
    announcedAddresses: ['127.0.0.1'],
    keys: { [KEYS.key]: KEYS.secret },
    ...(name === 'native-pipe' ? { transportModule: import.meta.resolve('./native-pipe/open-transport.ts') } : {}),
  };
  return [process.execPath, join(import.meta.dirname, 'engine-process.ts'), JSON.stringify(options)];
}

async function startJanus(): Promise<RunningServer> {
  const port = await freePort();
  const { args, remove } = configureJanus({ host: '127.0.0.1', port });
  const child = start(findJanus()!, args);
  child.once('exit', remove);
  await until('Janus to answer', () => isListening(port));
  return running('janus', child, { kind: 'janus', url: `ws://127.0.0.1:${port}` });
}

async function isListening(port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

function start(command: string, args: string[]): ChildProcess {
  return spawn(command, args, { stdio: 'ignore' });
}

function running(name: ServerName, child: ChildProcess, door: DoorSpec): RunningServer {
  const pid = child.pid!;
  return {
    name,
    door,
    pid,
    cpuUs() {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / TICKS_PER_SECOND;
    },
    memoryBytes: () => proportionalBytes(pid),
    descriptors: () => readdirSync(`/proc/${pid}/fd`).length,
    threads: () => readdirSync(`/proc/${pid}/task`).length,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
