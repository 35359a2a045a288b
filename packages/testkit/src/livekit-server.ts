import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { until } from './until.ts';

/** A real livekit-server of its own process. */
export type LiveKitServer = { url: string; apiKey: string; apiSecret: string; close(): Promise<void> };

/**
 * The real livekit-server to compare with: LIVEKIT_SERVER, one on the PATH, or the one that
 * `go install github.com/livekit/livekit-server/cmd/server@v1.13.5` leaves behind. Null when there is none.
 */
export function findLiveKitServer(): string | null {
  const candidates = [
    ...(process.env.LIVEKIT_SERVER ? [process.env.LIVEKIT_SERVER] : []),
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'livekit-server')),
    join(homedir(), 'go/bin/livekit-server'),
    join(homedir(), 'go/bin/server'),
  ];
  for (const path of candidates) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here; the next place may have it.
    }
  }
  return null;
}

/**
 * Starts a real livekit-server on loopback and free ports.
 * @param program its path, see findLiveKitServer
 * @param webhookUrl where it reports to, signed with its own key
 */
export async function startLiveKitServer(program: string, webhookUrl?: string): Promise<LiveKitServer> {
  const [port, tcpPort, udpPort] = [await freePort(), await freePort(), await freePort()];
  const apiKey = 'testkey';
  const apiSecret = 'a secret that is long enough to be one';
  const config = [
    `port: ${port}`,
    "bind_addresses: ['127.0.0.1']",
    `keys: { ${apiKey}: '${apiSecret}' }`,
    `rtc: { udp_port: ${udpPort}, tcp_port: ${tcpPort}, node_ip: 127.0.0.1, use_external_ip: false, enable_loopback_candidate: true }`,
    'logging: { level: error }',
    ...(webhookUrl ? [`webhook: { api_key: ${apiKey}, urls: ['${webhookUrl}'] }`] : []),
  ].join('\n');
  const child = spawn(program, ['--config-body', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  const close = async () => {
    const ended =
      child.exitCode !== null || child.signalCode !== null ? null : new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
  };
  try {
    await until('livekit-server to answer', async () => (await fetch(`http://127.0.0.1:${port}/`)).ok);
  } catch (error) {
    await close();
    throw new Error(`livekit-server did not start: ${printed}`, { cause: error });
  }
  return { url: `ws://127.0.0.1:${port}`, apiKey, apiSecret, close };
}

/**
 * A TCP port of loopback nobody uses now; for programs that cannot choose one themselves. Below those the system gives to
 * connections that go out: one of these may take it before the program does.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((told) => {
      server.once('error', () => told(false));
      server.listen(port, '127.0.0.1', () => told(true));
    });
    if (!isFree) continue;
    await new Promise((closed) => server.close(closed));
    return port;
  }
}
