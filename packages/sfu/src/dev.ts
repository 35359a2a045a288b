import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEV_PORT, DEV_USAGE, DevArgumentError, type DevArguments, readDevArguments } from './dev-arguments.ts';
import { replyText, setCors } from './front/http.ts';
import { createMediaServer, type MediaServer } from './front/media-server.ts';
import type { MediaServerOptions } from './front/media-server-options.ts';
import { type MetricsServer, openMetricsServer } from './metrics/metrics-server.ts';
import { MockSignal } from './mock/mock-signal.ts';

/** As LiveKit's own development server has them, so that examples work unchanged. */
export const DEV_KEYS: Readonly<Record<string, string>> = { devkey: 'secret' };

export interface DevServerOptions extends Partial<MediaServerOptions> {
  /** Default 7880; 0 takes a free one. */
  port?: number;
  /** Address the HTTP server listens on. Default all. */
  host?: string;
  /** Figures for Prometheus at `/metrics` of this port on loopback; 0 takes a free one. Default: none. */
  metricsPort?: number;
  /** Connections may ask to be treated badly, for the signalling tests of clients; see mock/mock-modes.ts. */
  mock?: boolean;
}

export interface DevServer {
  readonly media: MediaServer;
  readonly port: number;
  readonly metricsPort: number | undefined;
  /** `ws://<host>:<port>`, of this machine where it listens everywhere. */
  readonly url: string;
  close(): Promise<void>;
}

/** The media engine alone behind an HTTP server of its own, as `alongside sfu --dev` runs it. */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  const keys = options.keys ?? DEV_KEYS;
  const media = await createMediaServer({ ...options, keys });
  let metrics: MetricsServer | undefined;
  const mock = options.mock ? new MockSignal(keys) : undefined;
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (media.handleRequest(request, response)) return;
    setCors(request, response);
    const root = request.url === '/' || request.url?.startsWith('/?');
    replyText(response, root ? 200 : 404, root ? 'OK' : 'not found');
  };
  const http = createServer(async (request, response) => {
    if (!(await mock?.handleRequest(request, response))) serve(request, response);
  });
  http.on('upgrade', async (request, socket, head) => {
    if (await mock?.handleUpgrade(request, socket, head)) return;
    if (!media.handleUpgrade(request, socket, head)) socket.destroy();
  });
  try {
    if (options.metricsPort !== undefined) {
      metrics = await openMetricsServer(options.metricsPort, () => media.metrics());
    }
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(options.port ?? DEV_PORT, options.host, resolve);
    });
  } catch (error) {
    await metrics?.close();
    await media.close();
    throw error;
  }
  const { port } = http.address() as AddressInfo;
  return {
    media,
    port,
    metricsPort: metrics?.port,
    url: `ws://${reachable(options.host)}:${port}`,
    async close() {
      mock?.close();
      await metrics?.close();
      await media.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function reachable(host: string | undefined): string {
  if (host === undefined || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** Starts the development server and says how to reach it; runs until interrupted. */
export async function runDevServer(given: DevArguments): Promise<void> {
  const server = await startDevServer({
    ...given,
    log: (level, message, fields) => {
      if (level !== 'debug') console.log(level, message, JSON.stringify(fields));
    },
  });
  const [apiKey, secret] = Object.entries(DEV_KEYS)[0]!;
  const figures =
    server.metricsPort === undefined ? '' : `\n  figures at http://127.0.0.1:${server.metricsPort}/metrics`;
  console.log(`media engine listening
  LIVEKIT_URL=${server.url}
  LIVEKIT_API_KEY=${apiKey}
  LIVEKIT_API_SECRET=${secret}
  media over UDP ${server.media.udpPorts.join(', ')} and TCP ${server.media.tcpPorts.join(', ')}${figures}`);
  const stop = async (): Promise<void> => {
    // Whoever restarts it wants the calls back.
    await server.media.drain(0);
    await server.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

if (import.meta.main) await runCommandLine(process.argv.slice(2));

async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    const given = readDevArguments(args);
    if (given === null) process.stdout.write(DEV_USAGE);
    else await runDevServer(given);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const known = error instanceof DevArgumentError;
    // A port that is taken, an address that is not ours.
    if (!known && code === undefined) throw error;
    process.stderr.write(known ? `${message}\n\n${DEV_USAGE}` : `The media engine could not start: ${message}\n`);
    process.exitCode = known ? 2 : 1;
  }
}
