import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { refuseUpgrade } from '../front/http.ts';
import { type AccessClaims, TokenError } from '../service/tokens.ts';
import { AgentWorker, type AgentWorkerEvents } from './agent-worker.ts';
import type { WorkerPool } from './worker-pool.ts';

const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;
const REGISTER_TIMEOUT_MS = 10_000;
const PING_INTERVAL_MS = 10_000;
/** Unanswered pings after which a worker is taken for dead. */
const MAX_MISSED_PINGS = 3;
const MAX_WORKERS = 1_000;
/** Unsent bytes of one worker; beyond it is not reading any more. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
const GOING_AWAY = 1001;

export interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** The WebSockets of agent workers (`/agent`). */
export class WorkerConnections {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  readonly #sockets = new Map<WebSocket, { missedPings: number }>();
  readonly #pool: WorkerPool;
  readonly #events: Omit<AgentWorkerEvents, 'onRegistered'>;
  readonly #pinger: NodeJS.Timeout;

  constructor(pool: WorkerPool, events: Omit<AgentWorkerEvents, 'onRegistered'>) {
    this.#pool = pool;
    this.#events = events;
    this.#pinger = setInterval(() => this.#pingAll(), PING_INTERVAL_MS);
    this.#pinger.unref();
  }

  /** Lets a worker in. @param verify finds out who it is; rejects with a `TokenError` */
  async open(upgrade: Upgrade, verify: () => Promise<AccessClaims>): Promise<void> {
    let claims: AccessClaims;
    try {
      claims = await verify();
      if (!claims.video.agent) throw new TokenError('permissions denied');
    } catch (error) {
      refuseUpgrade(upgrade.socket, 401, error instanceof TokenError ? error.message : 'invalid token');
      return;
    }
    if (this.#sockets.size >= MAX_WORKERS) {
      refuseUpgrade(upgrade.socket, 503, 'too many agent workers');
      return;
    }
    if (upgrade.socket.destroyed) return;
    this.#server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) =>
      this.#attach(socket, claims.apiKey),
    );
  }

  #attach(socket: WebSocket, apiKey: string): void {
    const state = { missedPings: 0 };
    this.#sockets.set(socket, state);
    const unregistered = setTimeout(() => socket.terminate(), REGISTER_TIMEOUT_MS);
    const worker = new AgentWorker(
      apiKey,
      {
        send: (data) => {
          if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
          else if (socket.readyState === socket.OPEN) socket.send(data);
        },
        close: () => socket.close(),
      },
      {
        ...this.#events,
        onRegistered: (registered) => {
          clearTimeout(unregistered);
          this.#pool.add(registered);
        },
      },
    );
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      // The protocol is binary; whoever speaks otherwise is no worker.
      if (isBinary) worker.receive(data);
      else socket.close();
    });
    socket.on('pong', () => {
      state.missedPings = 0;
    });
    // 'close' follows and does the rest.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(unregistered);
      this.#sockets.delete(socket);
      this.#pool.remove(worker);
      worker.onClosed();
    });
  }

  #pingAll(): void {
    for (const [socket, state] of this.#sockets) {
      if (state.missedPings >= MAX_MISSED_PINGS) {
        socket.terminate();
        continue;
      }
      state.missedPings++;
      socket.ping();
    }
  }

  /** Workers come back by themselves, to us or to whoever took our place. */
  close(): void {
    clearInterval(this.#pinger);
    for (const socket of this.#sockets.keys()) {
      socket.close(GOING_AWAY);
      socket.terminate();
    }
    this.#sockets.clear();
    this.#server.close();
  }
}
