/** More often than this a request is not repeated: every key frame costs as much as a second of ordinary frames. */
const MIN_INTERVAL_MS = 300;
/** Neither the request nor what it brings is sure to arrive: asked again after a round trip and the time to encode. */
const MIN_RETRY_MS = 400;
const MAX_RETRY_MS = 3_000;
/** A sender that never answers is not sending this layer. */
const MAX_RETRIES = 10;

/**
 * Asks one sender's layer for key frames on behalf of all subscribers: the first request goes out at once, more within
 * the interval are gathered into one that goes out when it ends, and one that brought nothing is repeated.
 */
export class KeyFrameRequester {
  readonly #send: () => void;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  /** Asked for since the last request went out. */
  #pending = false;
  /** Nothing has come since the last request. */
  #awaiting = false;
  #retries = 0;
  sent = 0;

  constructor(send: () => void) {
    this.#send = send;
  }

  request(nowMs: number): void {
    this.#retries = 0;
    if (nowMs - this.#lastSentMs >= MIN_INTERVAL_MS) this.#fire(nowMs);
    else this.#pending = true;
  }

  /** A key frame came: everyone who waits for one has it. */
  onKeyFrame(): void {
    this.#pending = false;
    this.#awaiting = false;
  }

  /** To be called every few ten milliseconds. @param roundTripMs to the sender, with the queues a key frame waits in */
  tick(nowMs: number, roundTripMs: number): void {
    const elapsedMs = nowMs - this.#lastSentMs;
    if (this.#pending) {
      if (elapsedMs >= MIN_INTERVAL_MS) this.#fire(nowMs);
      return;
    }
    const retryMs = Math.min(MAX_RETRY_MS, Math.max(MIN_RETRY_MS, roundTripMs * 2 + 200));
    if (!this.#awaiting || elapsedMs < retryMs) return;
    if (this.#retries >= MAX_RETRIES) {
      this.#awaiting = false;
      return;
    }
    this.#retries++;
    this.#fire(nowMs);
  }

  #fire(nowMs: number): void {
    this.#pending = false;
    this.#awaiting = true;
    this.#lastSentMs = nowMs;
    this.sent++;
    this.#send();
  }
}
