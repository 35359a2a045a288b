/** A probe that brought fewer packets than this tells no rate. */
const MIN_PACKETS = 5;

/** What one probe showed. */
export interface ProbeOutcome {
  /** Bit/s put in. */
  sentBps: number;
  /**
   * How much the delay grew per time of sending, ms per ms, less its standard error: above 0 the path carried
   * `sentBps / (1 + growth)` and queued the rest.
   */
  delayGrowth: number;
  /** Bit/s between the first and the last packet that came out: exact where delays are even. */
  spreadBps: number;
  /** Share of its packets that did not arrive, and how far that may be off by chance. */
  lossRatio: number;
  lossError: number;
}

/**
 * Gathers the packets of one probe, media sent meanwhile included, as feedback tells them. Two rates come of it: by the
 * regression of delay on sending time, in which single packets with jitter hardly matter, and by the length of the
 * train at the other end, which frames sent at once do not blur.
 */
export class ProbeMeasure {
  #packets = 0;
  #sentBytes = 0;
  #firstSentMs = Number.POSITIVE_INFINITY;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #lastSentBytes = 0;
  #arrived = 0;
  #originSentMs = 0;
  #originDelayMs = 0;
  #times = 0;
  #timeSquares = 0;
  #delays = 0;
  #delaySquares = 0;
  #products = 0;
  #arrivedBytes = 0;
  #firstArrivedMs = Number.POSITIVE_INFINITY;
  #firstArrivedBytes = 0;
  #lastArrivedMs = Number.NEGATIVE_INFINITY;

  reset(): void {
    this.#packets = 0;
    this.#sentBytes = 0;
    this.#firstSentMs = Number.POSITIVE_INFINITY;
    this.#lastSentMs = Number.NEGATIVE_INFINITY;
    this.#lastSentBytes = 0;
    this.#arrived = 0;
    this.#times = 0;
    this.#timeSquares = 0;
    this.#delays = 0;
    this.#delaySquares = 0;
    this.#products = 0;
    this.#arrivedBytes = 0;
    this.#firstArrivedMs = Number.POSITIVE_INFINITY;
    this.#lastArrivedMs = Number.NEGATIVE_INFINITY;
  }

  onArrived(sentMs: number, arrivedMs: number, bytes: number, wasMissing: boolean): void {
    if (!wasMissing) this.#onSent(sentMs, bytes);
    if (this.#arrived === 0) {
      this.#originSentMs = sentMs;
      this.#originDelayMs = arrivedMs - sentMs;
    }
    const time = sentMs - this.#originSentMs;
    const delay = arrivedMs - sentMs - this.#originDelayMs;
    this.#arrived++;
    this.#times += time;
    this.#timeSquares += time * time;
    this.#delays += delay;
    this.#delaySquares += delay * delay;
    this.#products += time * delay;
    this.#arrivedBytes += bytes;
    if (arrivedMs < this.#firstArrivedMs) {
      this.#firstArrivedMs = arrivedMs;
      this.#firstArrivedBytes = bytes;
    }
    this.#lastArrivedMs = Math.max(this.#lastArrivedMs, arrivedMs);
  }

  onMissing(sentMs: number, bytes: number): void {
    this.#onSent(sentMs, bytes);
  }

  #onSent(sentMs: number, bytes: number): void {
    this.#packets++;
    this.#sentBytes += bytes;
    this.#firstSentMs = Math.min(this.#firstSentMs, sentMs);
    if (sentMs >= this.#lastSentMs) {
      this.#lastSentMs = sentMs;
      this.#lastSentBytes = bytes;
    }
  }

  /** Undefined when too little of the probe is known. */
  outcome(): ProbeOutcome | undefined {
    const sendMs = this.#lastSentMs - this.#firstSentMs;
    const n = this.#arrived;
    if (n < MIN_PACKETS || sendMs < 5) return undefined;
    const sentBps = ((this.#sentBytes - this.#lastSentBytes) * 8_000) / sendMs;
    const timeVariance = this.#timeSquares - (this.#times * this.#times) / n;
    const covariance = this.#products - (this.#times * this.#delays) / n;
    const delayVariance = this.#delaySquares - (this.#delays * this.#delays) / n;
    const slope = timeVariance > 0 ? covariance / timeVariance : 0;
    const unexplained = Math.max(0, delayVariance - slope * covariance);
    const error = timeVariance > 0 ? Math.sqrt(unexplained / (n - 2) / timeVariance) : 0;
    const lossRatio = 1 - n / this.#packets;
    const lossError = Math.sqrt((lossRatio * (1 - lossRatio)) / this.#packets);
    const receiveMs = Math.max(1, this.#lastArrivedMs - this.#firstArrivedMs);
    const spreadBps = ((this.#arrivedBytes - this.#firstArrivedBytes) * 8_000) / receiveMs / (1 - lossRatio);
    return { sentBps, delayGrowth: Math.max(0, slope - error), spreadBps, lossRatio, lossError };
  }
}
