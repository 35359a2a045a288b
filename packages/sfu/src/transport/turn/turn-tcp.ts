import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureContextOptions, type Server as TlsServer } from 'node:tls';
import { STUN_HEADER_BYTES } from '../stun-format.ts';
import type { TurnAllocation } from './turn-allocation.ts';
import type { TurnClient } from './turn-client.ts';
import { channelDataBytes } from './turn-message.ts';
import type { TurnServer } from './turn-server.ts';

/** A connection that has no allocation by then is closed. */
const ALLOCATION_MS = 15_000;
/** More than this unsent and packets are dropped: TCP must not turn a slow network into minutes of delay. */
const MAX_UNSENT_BYTES = 256 * 1024;
/** No media packet and no request is larger. */
const MAX_MESSAGE_BYTES = 8192;
const MAX_CONNECTIONS = 4096;
const HANDSHAKE_MS = 10_000;

/** Certificate and key, PEM. */
export type TurnCertificate = Pick<Required<SecureContextOptions>, 'cert' | 'key'>;

/** A TCP port of the TURN server, or a TLS one where there is a certificate. */
export class TurnTcpServer {
  readonly port: number;
  readonly #listener: Server;
  readonly #server: TurnServer;
  readonly #connections = new Set<TcpClient>();
  readonly #handshaking = new Set<Socket>();

  /** Listens on `address` at `port` (0: any). @throws the listen error, or what is wrong with the certificate. */
  static async open(
    server: TurnServer,
    address: string,
    port: number,
    certificate?: TurnCertificate,
  ): Promise<TurnTcpServer> {
    const listener = certificate
      ? createTlsServer({ ...certificate, minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE_MS, noDelay: true })
      : createServer({ noDelay: true });
    const listening = once(listener, 'listening');
    listener.listen({ port, host: address, ipv6Only: address.includes(':') });
    await listening;
    return new TurnTcpServer(server, listener, certificate !== undefined);
  }

  private constructor(server: TurnServer, listener: Server, isSecure: boolean) {
    this.#server = server;
    this.#listener = listener;
    const bound = listener.address();
    this.port = typeof bound === 'object' && bound ? bound.port : 0;
    listener.maxConnections = MAX_CONNECTIONS;
    listener.on('error', () => {});
    if (isSecure) {
      // Closing has to end those too that are not through their handshake.
      listener.on('connection', (socket: Socket) => {
        this.#handshaking.add(socket);
        socket.once('close', () => this.#handshaking.delete(socket));
      });
      listener.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
    }
    listener.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => this.#onConnection(socket));
  }

  #onConnection(socket: Socket): void {
    const client = new TcpClient(socket, this.#server);
    this.#connections.add(client);
    socket.once('close', () => this.#connections.delete(client));
  }

  /** For new connections from now on. @throws when it cannot be used */
  renew(certificate: TurnCertificate): void {
    (this.#listener as TlsServer).setSecureContext({ ...certificate, minVersion: 'TLSv1.2' });
  }

  async close(): Promise<void> {
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    for (const client of this.#connections) client.close();
    for (const socket of this.#handshaking) socket.destroy();
    await closed;
  }
}

class TcpClient implements TurnClient {
  readonly isStream = true;
  readonly address: string;
  readonly port: number;
  allocation: TurnAllocation | undefined = undefined;
  readonly #socket: Socket;
  readonly #server: TurnServer;
  #deadline: NodeJS.Timeout;
  #pending: Buffer = EMPTY;

  constructor(socket: Socket, server: TurnServer) {
    this.#socket = socket;
    this.#server = server;
    this.address = socket.remoteAddress ?? '';
    this.port = socket.remotePort ?? 0;
    this.#deadline = setTimeout(() => this.close(), ALLOCATION_MS);
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(this.#deadline);
      server.onClientGone(this);
    });
  }

  #onData(chunk: Buffer): void {
    let bytes = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    while (bytes.length >= 4) {
      const length = messageBytes(bytes);
      if (length === undefined || length > MAX_MESSAGE_BYTES) {
        this.close();
        return;
      }
      if (bytes.length < length) break;
      const message = bytes.subarray(0, length);
      if (message[0]! <= 3) this.#server.onMessage(message, this, performance.now());
      // A copy: the relay's socket may still hold it when the chunk is gone from here.
      else this.#server.onChannelData(Buffer.from(message), this);
      if (this.#socket.destroyed) return;
      bytes = bytes.subarray(length);
    }
    this.#pending = bytes.length > 0 ? Buffer.from(bytes) : EMPTY;
  }

  send(bytes: Buffer): boolean {
    if (this.#socket.destroyed || this.#socket.writableLength > MAX_UNSENT_BYTES) return false;
    this.#socket.write(bytes);
    return true;
  }

  onAllocation(): void {
    clearTimeout(this.#deadline);
    if (!this.allocation && !this.#socket.destroyed) this.#deadline = setTimeout(() => this.close(), ALLOCATION_MS);
  }

  close(): void {
    clearTimeout(this.#deadline);
    this.#socket.destroy();
  }
}

/** How long the message is that these bytes begin, padding included (RFC 8656 §12.5); undefined when it is none. */
function messageBytes(bytes: Buffer): number | undefined {
  if (bytes[0]! <= 3) return STUN_HEADER_BYTES + bytes.readUInt16BE(2);
  const length = channelDataBytes(bytes);
  return length === undefined ? undefined : (length + 3) & ~3;
}

const EMPTY = Buffer.alloc(0);
