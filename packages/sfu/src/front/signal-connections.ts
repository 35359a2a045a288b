import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { SignalResponse } from '@livekit/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FromEngine, PeerConnections } from '../engine/messages.ts';
import { TokenBucket } from '../limits/token-bucket.ts';
import { type AccessClaims, signRefreshedToken } from '../service/tokens.ts';
import { MAX_SIGNAL_MESSAGE_BYTES, signalRequestFromText, signalResponseToText } from '../signal/codec.ts';
import type { EngineThread } from './engine-thread.ts';
import { refuseUpgrade } from './http.ts';

const PING_INTERVAL_MS = 10_000;
/** Unanswered WebSocket pings after which a connection is taken for dead. */
const MAX_MISSED_PINGS = 3;
/** A page that is opened, or comes back, has much to say at once. */
const BURST_S = 5;
/** Large messages take long to read: they count as many, and the largest as two seconds' worth. */
const COUNTED_AS_ONE_BYTES = 4 * 1024;
const MOST_S = 2;
/** Unsent bytes of one client; beyond it is not reading any more. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

interface Connection {
  thread: EngineThread;
  /** The HTTP request, until it is upgraded or refused. */
  upgrade: { request: IncomingMessage; socket: Duplex; head: Buffer } | undefined;
  socket: WebSocket | undefined;
  /** The client speaks JSON: it is answered in kind. */
  text: boolean;
  missedPings: number;
  /** What it may still send. */
  budget: TokenBucket;
  /** It sent too much and is being put out. */
  expelled: boolean;
}

/** The signal WebSockets of all clients, each tied to the engine of its room. */
export class SignalConnections {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_SIGNAL_MESSAGE_BYTES,
    // Descriptions shrink tenfold; small messages are left alone.
    perMessageDeflate: { threshold: 2_048, concurrencyLimit: 4 },
  });
  readonly #connections = new Map<number, Connection>();
  readonly #keys: Readonly<Record<string, string>>;
  readonly #maxMessagesPerS: number;
  readonly #pinger: NodeJS.Timeout;
  #nextId = 1;

  /** @param maxMessagesPerS of one client; 0: no limit */
  constructor(keys: Readonly<Record<string, string>>, maxMessagesPerS: number) {
    this.#keys = keys;
    this.#maxMessagesPerS = maxMessagesPerS;
    this.#pinger = setInterval(() => this.#pingAll(), PING_INTERVAL_MS);
    this.#pinger.unref();
  }

  get count(): number {
    return this.#connections.size;
  }

  /** Asks the room's engine whether the client may come in; the upgrade is answered when it says so. */
  open(
    upgrade: NonNullable<Connection['upgrade']>,
    thread: EngineThread,
    roomName: string,
    claims: AccessClaims,
    peerConnections: PeerConnections,
    joinRequest: Uint8Array,
  ): void {
    if (!thread.isAlive) {
      refuseUpgrade(upgrade.socket, 503, 'media thread is starting again');
      return;
    }
    const connectionId = this.#nextId++;
    const perS = this.#maxMessagesPerS;
    const connection: Connection = {
      ...{ thread, upgrade, socket: undefined, text: false, missedPings: 0, expelled: false },
      budget: new TokenBucket(perS, perS * BURST_S, performance.now()),
    };
    this.#connections.set(connectionId, connection);
    const onEarlyClose = (): void => {
      if (connection.socket) return;
      if (this.#connections.delete(connectionId)) thread.post({ type: 'closed', connectionId });
    };
    upgrade.socket.once('close', onEarlyClose);
    upgrade.socket.once('error', onEarlyClose);
    thread.post({ type: 'connect', connectionId, roomName, claims, peerConnections, joinRequest });
  }

  /** Carries out what an engine says about a connection. */
  onEngineMessage(message: FromEngine): void {
    if (!('connectionId' in message)) return;
    const { connectionId } = message;
    const connection = this.#connections.get(connectionId);
    if (!connection) return;
    switch (message.type) {
      case 'accepted':
        this.#accept(connectionId, connection);
        return;
      case 'refused':
        this.#connections.delete(connectionId);
        if (connection.upgrade) refuseUpgrade(connection.upgrade.socket, message.status, message.message);
        connection.socket?.close(1011);
        return;
      case 'send':
        this.#send(connection, message.data);
        return;
      case 'hang-up':
        this.#connections.delete(connectionId);
        // Nothing was said to it: it is not even let in, or it would wait for an answer.
        if (connection.upgrade) refuseUpgrade(connection.upgrade.socket, 503, 'connection was given up');
        if (message.abrupt) connection.socket?.terminate();
        else connection.socket?.close(1000);
        return;
      case 'refresh':
        void this.#refresh(connection, message.claims);
        return;
      default:
    }
  }

  #accept(connectionId: number, connection: Connection): void {
    const { upgrade } = connection;
    if (!upgrade) return;
    connection.upgrade = undefined;
    this.#server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) => {
      connection.socket = socket;
      socket.on('message', (data: Buffer, isBinary: boolean) => {
        connection.text = !isBinary;
        if (!this.#mayPass(connectionId, connection, data.length)) return;
        const bytes = isBinary ? data : signalRequestFromText(data.toString('utf8'));
        if (bytes) connection.thread.post({ type: 'signal', connectionId, data: bytes });
      });
      socket.on('pong', () => {
        connection.missedPings = 0;
      });
      // 'close' follows and does the rest.
      socket.on('error', () => {});
      socket.on('close', () => {
        if (this.#connections.delete(connectionId)) connection.thread.post({ type: 'closed', connectionId });
      });
    });
    // `ws` refuses a broken handshake by itself, without calling back.
    if (!connection.socket && this.#connections.delete(connectionId)) {
      connection.thread.post({ type: 'closed', connectionId });
    }
  }

  /** Whether one more message may pass; a large one counts as many. */
  #mayPass(connectionId: number, connection: Connection, bytes: number): boolean {
    if (connection.expelled) return false;
    const cost = Math.min(1 + Math.floor(bytes / COUNTED_AS_ONE_BYTES), this.#maxMessagesPerS * MOST_S);
    if (connection.budget.take(performance.now(), cost)) return true;
    connection.expelled = true;
    const message = `no more than ${this.#maxMessagesPerS} signalling messages per second`;
    connection.thread.post({ type: 'expel', connectionId, message });
    return false;
  }

  #send(connection: Connection, data: Uint8Array): void {
    const { socket } = connection;
    if (!socket || socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      socket.terminate();
      return;
    }
    if (connection.text) socket.send(signalResponseToText(data));
    else socket.send(data);
  }

  async #refresh(connection: Connection, claims: AccessClaims): Promise<void> {
    const secret = this.#keys[claims.apiKey];
    if (!secret) return;
    const token = await signRefreshedToken(claims, secret);
    this.#send(connection, new SignalResponse({ message: { case: 'refreshToken', value: token } }).toBinary());
  }

  #pingAll(): void {
    for (const connection of this.#connections.values()) {
      const { socket } = connection;
      if (!socket) continue;
      if (connection.missedPings >= MAX_MISSED_PINGS) {
        socket.terminate();
        continue;
      }
      connection.missedPings++;
      socket.ping();
    }
  }

  /** Drops every connection of a thread that is no more; clients come back by themselves. */
  dropThread(thread: EngineThread): void {
    for (const [connectionId, connection] of this.#connections) {
      if (connection.thread !== thread) continue;
      this.#connections.delete(connectionId);
      if (connection.upgrade) refuseUpgrade(connection.upgrade.socket, 503, 'media thread is gone');
      connection.socket?.terminate();
    }
  }

  close(): void {
    clearInterval(this.#pinger);
    for (const connection of this.#connections.values()) {
      if (connection.upgrade) refuseUpgrade(connection.upgrade.socket, 503, 'server is closing');
      connection.socket?.terminate();
    }
    this.#connections.clear();
    this.#server.close();
  }
}
