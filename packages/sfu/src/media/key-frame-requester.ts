/** More often than this a request is not repeated: every key frame costs as much as a second of ordinary frames. */
const MIN_INTERVAL_MS = 300;

/**
 * Asks one sender's layer for key frames on behalf of all subscribers: the first request goes out at once, more within
 * the interval are gathered into one that goes out when it ends.
 */
export class KeyFrameRequester {
  readonly #send: () => void;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #pending = false;
  sent = 0;

  constructor(send: () => void) {
    this.#send = send;
  }

  request(nowMs: number): void {
    if (nowMs - this.#lastSentMs >= MIN_INTERVAL_MS) this.#fire(nowMs);
    else this.#pending = true;
  }

  /** A key frame came: everyone who waits for one has it. */
  onKeyFrame(): void {
    this.#pending = false;
  }

  /** To be called every few ten milliseconds. */
  tick(nowMs: number): void {
    if (this.#pending && nowMs - this.#lastSentMs >= MIN_INTERVAL_MS) this.#fire(nowMs);
  }

  #fire(nowMs: number): void {
    this.#pending = false;
    this.#lastSentMs = nowMs;
    this.sent++;
    this.#send();
  }
}
