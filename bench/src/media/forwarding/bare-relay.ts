import { type ChildProcess, fork } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { join } from 'node:path';

const STAMP_OFFSET = 2;
/** As long as the sound of the pairs. */
const DATAGRAM_BYTES = 130;

/**
 * A process that hands on datagrams without looking into them, beside the server that is measured: what passing through
 * any process at all costs on this machine at that moment, waiting for a processor included.
 */
export class BareRelay {
  /** How long each datagram took since the last `reset`, ms. */
  delaysMs: number[] = [];
  readonly #child: ChildProcess;
  readonly #relayPort: number;
  readonly #socket: Socket;
  readonly #datagram = Buffer.alloc(DATAGRAM_BYTES);

  private constructor(child: ChildProcess, relayPort: number, socket: Socket) {
    this.#child = child;
    this.#relayPort = relayPort;
    this.#socket = socket;
    this.#datagram.writeUInt16BE(socket.address().port, 0);
    socket.on('message', (datagram) => this.delaysMs.push(performance.now() - datagram.readDoubleBE(STAMP_OFFSET)));
  }

  static async start(): Promise<BareRelay> {
    const socket = createSocket('udp4');
    await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
    const child = fork(join(import.meta.dirname, 'bare-relay-process.ts'));
    const port = await new Promise<number>((done, fail) => {
      child.once('message', (message) => done((message as { port: number }).port));
      child.once('exit', () => fail(new Error('the bare relay ended')));
    });
    return new BareRelay(child, port, socket);
  }

  send(): void {
    this.#datagram.writeDoubleBE(performance.now(), STAMP_OFFSET);
    // A copy: Node sends later what it cannot send now.
    this.#socket.send(Buffer.from(this.#datagram), this.#relayPort, '127.0.0.1');
  }

  async end(): Promise<void> {
    this.#socket.close();
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((done) => this.#child.once('exit', done));
    this.#child.disconnect();
    await ended;
  }
}
