import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { IceLiteAgent, IceRegistry } from './ice-lite.ts';
import type { IceDatagramSink, IceOrigin, IcePath } from './ice-path.ts';

/** A connection that has not authenticated a check by then is closed. */
const FIRST_CHECK_MS = 10_000;
/** More than this unsent and packets are dropped: TCP must not turn a slow network into minutes of delay. */
const MAX_UNSENT_BYTES = 256 * 1024;
/** No frame of ours or a peer's is larger than one datagram. */
const MAX_FRAME_BYTES = 8192;
/** Strangers that only connect must not use up the descriptors. */
const MAX_CONNECTIONS = 4096;

/**
 * Passive ICE-TCP (RFC 6544) for networks that block UDP: each frame is a two-byte length and one datagram (RFC 4571).
 */
export class IceTcpServer {
  readonly port: number;
  readonly #server: Server;
  readonly #registry: IceRegistry;
  readonly #connections = new Set<TcpConnection>();

  /** Listens on `address` at `port` (0: any). @throws the listen error. */
  static async open(registry: IceRegistry, address: string, port: number): Promise<IceTcpServer> {
    const server = createServer({ noDelay: true });
    const listening = once(server, 'listening');
    // A wildcard of IPv6 must not take the port of IPv4 too, which has a socket of its own.
    server.listen({ port, host: address, ipv6Only: address.includes(':') });
    await listening;
    return new IceTcpServer(registry, server);
  }

  private constructor(registry: IceRegistry, server: Server) {
    this.#registry = registry;
    this.#server = server;
    const bound = server.address();
    this.port = typeof bound === 'object' && bound ? bound.port : 0;
    server.maxConnections = MAX_CONNECTIONS;
    server.on('connection', (socket) => this.#onConnection(socket));
    server.on('error', () => {});
  }

  #onConnection(socket: Socket): void {
    const connection = new TcpConnection(socket, this.#registry);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const connection of this.#connections) connection.close();
    await closed;
  }
}

class TcpConnection implements IceOrigin {
  readonly protocol = 'tcp';
  readonly remoteAddress: string;
  readonly remotePort: number;
  path: TcpPath | undefined = undefined;
  readonly #socket: Socket;
  readonly #registry: IceRegistry;
  readonly #deadline: NodeJS.Timeout;
  #pending: Buffer = EMPTY;

  constructor(socket: Socket, registry: IceRegistry) {
    this.#socket = socket;
    this.#registry = registry;
    this.remoteAddress = socket.remoteAddress ?? '';
    this.remotePort = socket.remotePort ?? 0;
    this.#deadline = setTimeout(() => this.close(), FIRST_CHECK_MS);
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(this.#deadline);
      const path = this.path;
      this.path = undefined;
      if (path) (path.agent as IceLiteAgent).onPathLost(path);
    });
  }

  #onData(chunk: Buffer): void {
    let bytes = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    while (bytes.length >= 2) {
      const length = bytes.readUInt16BE(0);
      if (length > MAX_FRAME_BYTES) {
        this.close();
        return;
      }
      if (bytes.length < 2 + length) break;
      // A copy: the owner may keep the packet, and must not thereby keep the whole chunk.
      this.#onFrame(Buffer.from(bytes.subarray(2, 2 + length)));
      if (this.#socket.destroyed) return;
      bytes = bytes.subarray(2 + length);
    }
    this.#pending = bytes.length > 0 ? Buffer.from(bytes) : EMPTY;
  }

  #onFrame(frame: Buffer): void {
    if (frame.length === 0) return;
    if (frame[0]! <= 3) this.#registry.onStun(frame, this, performance.now());
    else if (this.path) this.path.agent.onDatagram(this.path, frame);
    // The first thing on a connection has to be a check; anything else is no ICE peer.
    else this.close();
  }

  open(agent: IceDatagramSink): IcePath {
    clearTimeout(this.#deadline);
    this.path = new TcpPath(this, agent, this.#socket.localAddress ?? '', this.#socket.localPort ?? 0);
    return this.path;
  }

  send(datagram: Buffer): boolean {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableLength > MAX_UNSENT_BYTES) return false;
    const frame = Buffer.allocUnsafe(2 + datagram.length);
    frame.writeUInt16BE(datagram.length, 0);
    datagram.copy(frame, 2);
    socket.write(frame);
    return true;
  }

  close(): void {
    clearTimeout(this.#deadline);
    this.path = undefined;
    this.#socket.destroy();
  }
}

class TcpPath implements IcePath {
  readonly protocol = 'tcp';
  readonly agent: IceDatagramSink;
  readonly localAddress: string;
  readonly localPort: number;
  lastCheckMs = 0;
  checkedUfrag: string | undefined = undefined;
  // TCP's own handshake has shown it.
  isProved = true;
  rttMs: number | undefined = undefined;
  readonly #connection: TcpConnection;

  constructor(connection: TcpConnection, agent: IceDatagramSink, localAddress: string, localPort: number) {
    this.#connection = connection;
    this.agent = agent;
    this.localAddress = localAddress;
    this.localPort = localPort;
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  get remotePort(): number {
    return this.#connection.remotePort;
  }

  send(datagram: Buffer): boolean {
    return this.#connection.send(datagram);
  }

  close(): void {
    this.#connection.close();
  }
}

const EMPTY = Buffer.alloc(0);
