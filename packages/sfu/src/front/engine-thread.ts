import { Worker } from 'node:worker_threads';
import type { EngineStats, FromEngine, ServiceFailure, ToEngine } from '../engine/messages.ts';
import type { EngineFigures } from '../metrics/engine-figures.ts';
import type { RoomView } from '../metrics/room-view.ts';
import { ServiceError } from '../service/service-error.ts';
import type { EngineWorkerData } from '../worker.ts';

const CALL_TIMEOUT_MS = 8_000;
/** A scrape waits no longer for a thread that hangs. */
const FIGURES_TIMEOUT_MS = 2_000;
const CLOSE_TIMEOUT_MS = 5_000;

type Events = Exclude<
  FromEngine,
  { type: 'ready' | 'reply' | 'failed' | 'engine-stats' | 'engine-figures' | 'engine-room-view' | 'closed' }
>;

export interface EngineThreadHandlers {
  /** Everything that concerns connections, webhooks and logs. */
  onMessage(message: Events): void;
  /** The thread ended without being asked; its rooms are lost. */
  onCrash(error: Error): void;
}

interface Call {
  resolve(message: FromEngine): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/** The front's end of one media thread. */
export class EngineThread {
  readonly #worker: Worker;
  readonly #handlers: EngineThreadHandlers;
  readonly #calls = new Map<number, Call>();
  #nextCallId = 1;
  #closing = false;
  #exited = false;
  udpPort: number | undefined;
  tcpPort: number | undefined;

  private constructor(worker: Worker, handlers: EngineThreadHandlers) {
    this.#worker = worker;
    this.#handlers = handlers;
  }

  /** Starts a thread. @throws when it cannot start, e.g. because its port is taken. */
  static async start(data: EngineWorkerData, handlers: EngineThreadHandlers): Promise<EngineThread> {
    const worker = new Worker(new URL('../worker.ts', import.meta.url), { workerData: data, name: 'media' });
    const thread = new EngineThread(worker, handlers);
    await new Promise<void>((resolve, reject) => {
      let ready = false;
      worker.on('message', (message: FromEngine) => {
        if (message.type === 'ready') {
          ready = true;
          thread.udpPort = message.udpPort;
          thread.tcpPort = message.tcpPort;
          resolve();
        } else thread.#onMessage(message);
      });
      let crash: Error | undefined;
      worker.on('error', (error: Error) => {
        crash = error;
      });
      // Follows an error too: by now its ports are free.
      worker.on('exit', (code) => {
        thread.#exited = true;
        const why = crash ?? new Error(`media thread ended with code ${code}`);
        if (!ready) reject(why);
        else if (!thread.#closing) thread.#onCrash(why);
      });
    });
    return thread;
  }

  get isAlive(): boolean {
    return !this.#exited;
  }

  post(message: ToEngine): void {
    if (!this.#exited) this.#worker.postMessage(message);
  }

  /** Calls RoomService in the thread. @throws ServiceError */
  async service(method: string, request: Uint8Array, timeoutMs?: number): Promise<Uint8Array> {
    const reply = await this.#call((callId) => ({ type: 'service', callId, method, request }), timeoutMs);
    if (reply.type !== 'reply') throw new ServiceError('internal', 'unexpected answer of the media thread');
    return reply.data;
  }

  async stats(): Promise<EngineStats> {
    const reply = await this.#call((callId) => ({ type: 'stats', callId }));
    if (reply.type !== 'engine-stats') throw new ServiceError('internal', 'unexpected answer of the media thread');
    return reply.stats;
  }

  /** What the thread tells of itself, for the metrics. @throws ServiceError */
  async figures(): Promise<EngineFigures> {
    const reply = await this.#call((callId) => ({ type: 'figures', callId }), FIGURES_TIMEOUT_MS);
    if (reply.type !== 'engine-figures') throw new ServiceError('internal', 'unexpected answer of the media thread');
    return reply.figures;
  }

  /** A room as the engine sees it; undefined where there is none. @throws ServiceError */
  async roomView(roomName: string): Promise<RoomView | undefined> {
    const reply = await this.#call((callId) => ({ type: 'room-view', callId, roomName }), FIGURES_TIMEOUT_MS);
    if (reply.type !== 'engine-room-view') throw new ServiceError('internal', 'unexpected answer of the media thread');
    return reply.view;
  }

  #call(make: (callId: number) => ToEngine, timeoutMs: number = CALL_TIMEOUT_MS): Promise<FromEngine> {
    const callId = this.#nextCallId++;
    return new Promise((resolve, reject) => {
      if (this.#exited) {
        reject(new ServiceError('unavailable', 'media thread is gone'));
        return;
      }
      const timer = setTimeout(() => {
        this.#calls.delete(callId);
        reject(new ServiceError('deadline_exceeded', 'media thread does not answer'));
      }, timeoutMs);
      this.#calls.set(callId, { resolve, reject, timer });
      this.post(make(callId));
    });
  }

  #onMessage(message: FromEngine): void {
    switch (message.type) {
      case 'reply':
      case 'engine-stats':
      case 'engine-figures':
      case 'engine-room-view':
        this.#settle(message.callId, (call) => call.resolve(message));
        return;
      case 'failed': {
        const { code, message: text }: ServiceFailure = message.failure;
        this.#settle(message.callId, (call) => call.reject(new ServiceError(code, text)));
        return;
      }
      case 'ready':
      case 'closed':
        return;
      default:
        this.#handlers.onMessage(message);
    }
  }

  #settle(callId: number, settle: (call: Call) => void): void {
    const call = this.#calls.get(callId);
    if (!call) return;
    this.#calls.delete(callId);
    clearTimeout(call.timer);
    settle(call);
  }

  #onCrash(error: Error): void {
    for (const callId of [...this.#calls.keys()]) {
      this.#settle(callId, (call) => call.reject(new ServiceError('unavailable', 'media thread is gone')));
    }
    this.#handlers.onCrash(error);
  }

  /** Has the engine say goodbye (or until soon, when `returning`) and end; a thread that hangs is ended by force. */
  async close(returning = false): Promise<void> {
    if (this.#exited) return;
    this.#closing = true;
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    this.post({ type: 'shutdown', returning });
    const timer = setTimeout(() => void this.#worker.terminate(), CLOSE_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
    for (const callId of [...this.#calls.keys()]) {
      this.#settle(callId, (call) => call.reject(new ServiceError('unavailable', 'media server is closing')));
    }
  }
}
