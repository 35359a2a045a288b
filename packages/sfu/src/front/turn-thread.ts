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
/** Pause before it is started again after a crash. */
const RESTART_MS = 500;

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
  readonly #data: TurnOptions;
  readonly #onCrash: (error: Error) => void;
  #running: Running;
  #peers: TurnPeer[] = [];
  #again: NodeJS.Timeout | undefined;
  #closing = false;

  private constructor(access: TurnAccess, data: TurnOptions, running: Running, onCrash: (error: Error) => void) {
    this.access = access;
    this.#data = data;
    this.#onCrash = onCrash;
    this.#running = running;
    this.#watch();
  }

  /**
   * Starts it, with a secret that is good until it is closed.
   * @param onCrash it ended without being asked, and is started again where clients were told it is
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
    const running = await run(data);
    const { udpPort, tcpPort, tlsPort } = running.ready;
    const urls = turnUrls(host, { udpPort, tcpPort, tlsPort: tlsPort ?? handedOverPort });
    return new TurnThread({ urls, secret }, { ...data, udpPort, tcpPort, tlsPort }, running, onCrash);
  }

  #watch(): void {
    const { worker, exited } = this.#running;
    worker.on('error', (error) => this.#onCrash(error));
    void exited.then(() => {
      if (!this.#closing) this.#again = setTimeout(() => void this.#restart(), RESTART_MS);
    });
  }

  async #restart(): Promise<void> {
    try {
      const running = await run(this.#data);
      this.#running = running;
      if (this.#closing) running.worker.postMessage({ type: 'shutdown' } satisfies ToTurn);
      else running.worker.postMessage({ type: 'peers', peers: this.#peers } satisfies ToTurn);
      this.#watch();
    } catch (error) {
      this.#onCrash(error as Error);
      if (!this.#closing) this.#again = setTimeout(() => void this.#restart(), RESTART_MS);
    }
  }

  /** Where it may relay to: the announced media addresses, wherever they truly are. */
  setPeers({ announced, listen }: MediaAddresses, udpPorts: readonly (number | undefined)[]): void {
    this.#peers = udpPorts.flatMap((port) =>
      port === undefined
        ? []
        : announced.map((address) => ({ address, port, target: { address: localAddressOf(address, listen), port } })),
    );
    this.#running.worker.postMessage({ type: 'peers', peers: this.#peers } satisfies ToTurn);
  }

  /** Takes a connection over that somebody else accepted and decrypts. */
  handOver(stream: Duplex): void {
    const inner = connect(this.#running.ready.innerPort ?? 0, '127.0.0.1');
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
    this.#closing = true;
    clearTimeout(this.#again);
    const { worker, exited } = this.#running;
    worker.postMessage({ type: 'shutdown' } satisfies ToTurn);
    const timer = setTimeout(() => void worker.terminate(), CLOSE_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  }
}

interface Running {
  worker: Worker;
  ready: FromTurn;
  exited: Promise<void>;
}

async function run(data: TurnOptions): Promise<Running> {
  const worker = new Worker(new URL('../turn-worker.ts', import.meta.url), { workerData: data, name: 'turn' });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const ready = await new Promise<FromTurn>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`TURN thread ended with code ${code}`)));
  });
  return { worker, ready, exited };
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
