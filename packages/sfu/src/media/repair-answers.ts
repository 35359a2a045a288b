/** What can send one of its packets again: a forwarder. */
export interface Repairable {
  readonly source: { readonly kind: 'audio' | 'video' };
  resend(sequence: number, minIntervalMs: number, nowMs: number): void;
}

const MIN_BUDGET_BPS = 150_000;
const BURST_MS = 400;
const RATE_WINDOW_MS = 500;
/** From here on an answer is sent twice, from the second on three times: at half lost, one in eight comes to nothing. */
const TWICE_RATIO = 0.15;
const THRICE_RATIO = 0.4;
const MAX_WAITING = 400;

/**
 * Answers one peer's retransmission requests within a budget. Repair must not become the flood that loses more: the
 * budget is what the estimated path has beyond the media, at least half of the path; without an estimate one and a half
 * times the media. Sound is always answered: it is small, and heard.
 *
 * Where much is lost every answer goes out two or three times, ticks apart, while the budget has room for it.
 */
export class RepairAnswers {
  /** What the path carries altogether, undefined while nobody knows. */
  estimateBps: number | undefined;
  /** Requests that were not answered since the budget was spent. */
  refused = 0;
  /** Bytes sent since the start, of media and repairs; counted by the owner. */
  bytesSent = 0;
  #repairBytes = 0;
  #tokensBytes = 0;
  #filledAtMs = -1;
  #mediaBps = 0;
  #windowStartMs = -1;
  #windowBytes = 0;
  readonly #waiting: Repairable[] = [];
  readonly #waitingSequences: number[] = [];

  /** One request. @param lossRatio of the path, 0 to 1 */
  answer(
    from: Repairable,
    sequences: readonly number[],
    minIntervalMs: number,
    lossRatio: number,
    nowMs: number,
  ): void {
    this.#fill(nowMs);
    const copies = lossRatio >= THRICE_RATIO ? 2 : lossRatio >= TWICE_RATIO ? 1 : 0;
    for (const sequence of sequences) {
      if (this.#tokensBytes <= 0 && from.source.kind === 'video') {
        this.refused++;
        continue;
      }
      if (!this.#send(from, sequence, minIntervalMs, nowMs)) continue;
      for (let i = 0; i < copies && this.#waiting.length < MAX_WAITING; i++) {
        this.#waiting.push(from);
        this.#waitingSequences.push(sequence);
      }
    }
  }

  /** Every 10 or 20 ms: sends what is to be sent once more. */
  tick(nowMs: number): void {
    this.#fill(nowMs);
    const count = this.#waiting.length;
    if (count === 0) return;
    const lastOf = new Set<number>();
    const left: Repairable[] = [];
    const leftSequences: number[] = [];
    for (let i = 0; i < count; i++) {
      const from = this.#waiting[i]!;
      const sequence = this.#waitingSequences[i]!;
      // Copies of one packet leave in different ticks: what swallows one would swallow both.
      if (lastOf.has(sequence)) {
        left.push(from);
        leftSequences.push(sequence);
        continue;
      }
      lastOf.add(sequence);
      if (this.#tokensBytes > (this.#budgetBps * BURST_MS) / 16_000) this.#send(from, sequence, 0, nowMs);
    }
    this.#waiting.splice(0, count, ...left);
    this.#waitingSequences.splice(0, count, ...leftSequences);
  }

  #send(from: Repairable, sequence: number, minIntervalMs: number, nowMs: number): boolean {
    const before = this.bytesSent;
    from.resend(sequence, minIntervalMs, nowMs);
    const bytes = this.bytesSent - before;
    this.#repairBytes += bytes;
    this.#tokensBytes -= bytes;
    return bytes > 0;
  }

  get #budgetBps(): number {
    const { estimateBps } = this;
    if (estimateBps === undefined) return Math.max(MIN_BUDGET_BPS, this.#mediaBps * 1.5);
    return Math.max(MIN_BUDGET_BPS, estimateBps / 2, estimateBps - this.#mediaBps);
  }

  #fill(nowMs: number): void {
    if (this.#filledAtMs < 0) {
      this.#filledAtMs = nowMs;
      this.#windowStartMs = nowMs;
      this.#tokensBytes = (MIN_BUDGET_BPS * BURST_MS) / 8_000;
    }
    const budget = this.#budgetBps;
    const most = (budget * BURST_MS) / 8_000;
    this.#tokensBytes = Math.min(most, this.#tokensBytes + (budget * (nowMs - this.#filledAtMs)) / 8_000);
    this.#filledAtMs = nowMs;
    const elapsedMs = nowMs - this.#windowStartMs;
    if (elapsedMs < RATE_WINDOW_MS) return;
    const mediaBytes = this.bytesSent - this.#windowBytes - this.#repairBytes;
    this.#mediaBps = (mediaBytes * 8_000) / elapsedMs;
    this.#windowBytes = this.bytesSent;
    this.#repairBytes = 0;
    this.#windowStartMs = nowMs;
  }
}
