import { randomBytes } from 'node:crypto';
import { connect, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { TurnAccess } from '../transport/ice-servers.ts';
import { localAddressOf, type MediaAddresses } from '../transport/media-addresses.ts';
import type { TurnOptions } from '../transport/turn/open-turn.ts';
import type { TurnPeer } from '../transport/turn/turn-client.ts';
import type { FromTurn, ToTurn } from '../turn-worker.ts';

const CLOSE_TIMEOUT_MS = 5_000;

/** The TURN server inside, for networks that let nothing else through. At least one port. */
export interface EmbeddedTurnOptions
  extends Pick<TurnOptions, 'udpPort' | 'tcpPort' | 'tlsPort' | 'certificateFile' | 'keyFile' | 'limits'> {
  /** What clients call it: the name in the certificate where there is one, or an address. */
  host: string;
  /** TLS port of somebody else in this process who hands connections over to `MediaServer.handleTurn`. */
  handedOverPort?: number;
}

/** The front's end of the TURN thread. */
export class TurnThread {
  /** What clients are told of it. */
  readonly access: TurnAccess;
  readonly #worker: Worker;
  /** Where it takes connections from within this machine. */
  readonly #innerPort: number;
  readonly #exited: Promise<void>;

  private constructor(worker: Worker, access: TurnAccess, innerPort: number, exited: Promise<void>) {
    this.#worker = worker;
    this.#innerPort = innerPort;
    this.access = access;
    this.#exited = exited;
  }

  /**
   * Starts it, with a secret that is good until it ends.
   * @param onCrash it ended without being asked: calls that went through it find another way or none
   * @throws when a port is taken or the certificate cannot be used
   */
  static async start(
    options: EmbeddedTurnOptions,
    listenAddresses: readonly string[],
    onCrash: (error: Error) => void,
  ): Promise<TurnThread> {
    const { host, handedOverPort, ...rest } = options;
    const secret = randomBytes(32).toString('base64url');
    const data: TurnOptions = { ...rest, secret, listenAddresses, hasInnerPort: handedOverPort !== undefined };
    const worker = new Worker(new URL('../turn-worker.ts', import.meta.url), { workerData: data, name: 'turn' });
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    const ready = await new Promise<FromTurn>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`TURN thread ended with code ${code}`)));
    });
    worker.on('error', onCrash);
    const urls = turnUrls(host, { ...ready, tlsPort: ready.tlsPort ?? handedOverPort });
    return new TurnThread(worker, { urls, secret }, ready.innerPort ?? 0, exited);
  }

  /** Where it may relay to: the announced media addresses, wherever they truly are. */
  setPeers({ announced, listen }: MediaAddresses, udpPorts: readonly (number | undefined)[]): void {
    const peers: TurnPeer[] = udpPorts.flatMap((port) =>
      port === undefined
        ? []
        : announced.map((address) => ({ address, port, target: { address: localAddressOf(address, listen), port } })),
    );
    this.#worker.postMessage({ type: 'peers', peers } satisfies ToTurn);
  }

  /** Takes a connection over that somebody else accepted and decrypts. */
  handOver(stream: Duplex): void {
    const inner = connect(this.#innerPort, '127.0.0.1');
    inner.setNoDelay(true);
    for (const [one, other] of [
      [stream, inner],
      [inner, stream],
    ] as const) {
      one.on('error', () => {});
      one.once('close', () => other.destroy());
      one.pipe(other);
    }
  }

  async close(): Promise<void> {
    this.#worker.postMessage({ type: 'shutdown' } satisfies ToTurn);
    const timer = setTimeout(() => void this.#worker.terminate(), CLOSE_TIMEOUT_MS);
    await this.#exited;
    clearTimeout(timer);
  }
}

/** Best first: UDP, TCP, TLS. */
function turnUrls(
  host: string,
  { udpPort, tcpPort, tlsPort }: Pick<FromTurn, 'udpPort' | 'tcpPort' | 'tlsPort'>,
): string[] {
  const name = isIPv6(host) ? `[${host}]` : host;
  return [
    ...(udpPort === undefined ? [] : [`turn:${name}:${udpPort}?transport=udp`]),
    ...(tcpPort === undefined ? [] : [`turn:${name}:${tcpPort}?transport=tcp`]),
    ...(tlsPort === undefined ? [] : [`turns:${name}:${tlsPort}?transport=tcp`]),
  ];
}
