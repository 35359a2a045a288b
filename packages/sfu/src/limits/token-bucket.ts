/** Lets so many things pass in a second, and a burst of them at once. Time comes in. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #lastMs: number;

  /** @param perSecond 0: no limit */
  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#lastMs = nowMs;
  }

  /** Whether `count` may pass now; if so they are counted. */
  take(nowMs: number, count = 1): boolean {
    if (this.#perSecond === 0) return true;
    this.#refill(nowMs);
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** Whether one might pass now, without counting it. */
  allows(nowMs: number): boolean {
    if (this.#perSecond === 0) return true;
    this.#refill(nowMs);
    return this.#tokens >= 1;
  }

  /** Nothing passed lately: the bucket may be forgotten. */
  isFull(nowMs: number): boolean {
    this.#refill(nowMs);
    return this.#tokens >= this.#burst;
  }

  #refill(nowMs: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowMs - this.#lastMs) / 1_000) * this.#perSecond);
    this.#lastMs = nowMs;
  }
}
