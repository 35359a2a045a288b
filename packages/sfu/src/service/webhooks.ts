import type { WebhookEvent } from '@livekit/protocol';
import { signBody } from './tokens.ts';

const MAX_QUEUED = 1_000;
const MAX_TRIES = 5;
const FIRST_RETRY_MS = 500;
const TIMEOUT_MS = 5_000;
/** So long closing waits for receivers, however much is queued for them. */
const CLOSE_MS = 5_000;

export interface WebhookOptions {
  urls: readonly string[];
  apiKey: string;
  secret: string;
  /** So long closing waits, ms; five seconds unless told. */
  closeMs?: number;
  log(level: 'warn' | 'debug', message: string, fields: Readonly<Record<string, string | number>>): void;
}

/**
 * Delivers events to each URL in order, signed as LiveKit signs them (`WebhookReceiver` of livekit-server-sdk verifies
 * it). A receiver that fails is tried again with growing pauses; when more than a thousand wait for it the oldest go,
 * and the next delivered one tells how many (`num_dropped`).
 */
export class Webhooks {
  readonly #options: WebhookOptions;
  readonly #queues: Queue[];
  #closed = false;
  /** Aborted when closing has waited for long enough. */
  readonly #givingUp = new AbortController();
  delivered = 0;
  dropped = 0;

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.#queues = options.urls.map((url) => ({ url, events: [], dropped: 0, running: undefined, wake: undefined }));
  }

  /** How many wait for their receivers. */
  get queued(): number {
    return this.#queues.reduce((sum, queue) => sum + queue.events.length, 0);
  }

  enqueue(event: WebhookEvent): void {
    if (this.#closed) return;
    for (const queue of this.#queues) {
      if (queue.events.length >= MAX_QUEUED) {
        queue.events.shift();
        queue.dropped++;
        this.dropped++;
      }
      queue.events.push(event);
      queue.running ??= this.#run(queue);
    }
  }

  async #run(queue: Queue): Promise<void> {
    for (let event = queue.events.shift(); event; event = queue.events.shift()) {
      if (this.#givingUp.signal.aborted) {
        this.dropped++;
        continue;
      }
      const outgoing = event.clone();
      const told = queue.dropped;
      outgoing.numDropped = told;
      const delivered = await this.#deliver(queue, outgoing);
      if (delivered) {
        // More may have been lost while this one was on its way.
        queue.dropped -= told;
        this.delivered++;
      } else {
        queue.dropped++;
        this.dropped++;
      }
    }
    // In the same step that found nothing more: an event enqueued a step later would wait for the next one.
    queue.running = undefined;
  }

  async #deliver(queue: Queue, event: WebhookEvent): Promise<boolean> {
    const { apiKey, secret, log } = this.#options;
    const body = event.toJsonString();
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      let problem: string;
      try {
        const response = await fetch(queue.url, {
          method: 'POST',
          headers: {
            'content-type': 'application/webhook+json',
            authorization: await signBody(body, apiKey, secret),
          },
          body,
          signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), this.#givingUp.signal]),
        });
        await response.body?.cancel();
        if (response.ok) return true;
        // The receiver understood and does not want it: once more would change nothing.
        if (response.status >= 400 && response.status < 500 && response.status !== 429) {
          log('warn', 'webhook refused', { url: queue.url, status: response.status, event: event.event });
          return false;
        }
        problem = `status ${response.status}`;
      } catch (error) {
        problem = error instanceof Error ? error.name : 'failed';
      }
      log('debug', 'webhook not delivered', { url: queue.url, problem, tries });
      if (this.#closed || tries === MAX_TRIES) break;
      await this.#pause(queue, FIRST_RETRY_MS * 2 ** (tries - 1));
    }
    log('warn', 'webhook given up', { url: queue.url, event: event.event });
    return false;
  }

  #pause(queue: Queue, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      queue.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /**
   * Takes nothing new and tries once more what is queued, without pauses, for five seconds in all: a service that stops
   * must not hang on a receiver that does not answer. What is left then counts as dropped.
   */
  async close(): Promise<void> {
    this.#closed = true;
    for (const queue of this.#queues) queue.wake?.();
    const giveUp = setTimeout(() => {
      this.#options.log('warn', 'webhooks given up at the end', { queued: this.queued });
      this.#givingUp.abort();
    }, this.#options.closeMs ?? CLOSE_MS);
    await Promise.all(this.#queues.map((queue) => queue.running));
    clearTimeout(giveUp);
  }
}

interface Queue {
  url: string;
  events: WebhookEvent[];
  dropped: number;
  running: Promise<void> | undefined;
  wake: (() => void) | undefined;
}
