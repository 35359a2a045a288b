/** What can send one of its packets again: a forwarder. */
export interface Repairable {
  readonly source: { readonly kind: 'audio' | 'video' };
  resend(sequence: number, minIntervalMs: number, nowMs: number): void;
}

const MIN_BUDGET_BPS = 150_000;
/** Of a path whose queue stands, so much at least: a picture that misses a packet is worse than one that comes late. */
const CONGESTED_SHARE = 0.2;
const BURST_MS = 400;
const RATE_WINDOW_MS = 500;
/** From here on an answer is sent twice, from the second on three times: at half lost, one in eight comes to nothing. */
const TWICE_RATIO = 0.15;
const THRICE_RATIO = 0.4;
/** From here on pictures go out twice before anybody asks, from the second on three times. */
const AHEAD_RATIO = 0.12;
const AHEAD_THRICE_RATIO = 0.4;
/** Of what the estimate leaves beside the media, so much goes into copies nobody asked for. */
const AHEAD_SHARE = 0.8;
/** Between two copies: what swallows one must not swallow both. */
const COPY_DISTANCE_MS = 10;
/** Where half is lost, so much later an answer goes out once more: the next request may not arrive at all. */
const LATER_MS = [70, 140, 240] as const;
const MAX_WAITING = 400;

/**
 * Answers one peer's retransmission requests within a budget. Repair must not become the flood that loses more: the
 * budget is what the estimated path has beyond the media, at least half of the path, or a fifth while its queue stands;
 * without an estimate one and a half times the media. Sound is always answered: it is small, and heard. Where much is lost every answer goes out two or
 * three times while the budget has room for it.
 *
 * What the estimate leaves beside the media goes into copies of pictures on their repair stream before anybody misses
 * them, where the path loses at random: at 30 % every second question or answer gets lost too, each is a round trip
 * more, and the picture stands still; a copy takes ten milliseconds. Loss by a full path is no reason for copies.
 */
export class RepairAnswers {
  /** What the path carries altogether, undefined while nobody knows. */
  estimateBps: number | undefined;
  /** Share of packets the path loses, and the share it loses at any rate, 0 to 1. */
  lossRatio = 0;
  randomLossRatio = 0;
  /** A queue stands in the path: what gets lost is lost to it. */
  congested = false;
  /** Requests that were not answered since the budget was spent. */
  refused = 0;
  /** Bytes sent since the start, of media and repairs; counted by the owner. */
  bytesSent = 0;
  #repairBytes = 0;
  #answerTokens = 0;
  #aheadTokens = 0;
  #filledAtMs = -1;
  #mediaBps = 0;
  #windowStartMs = -1;
  #windowBytes = 0;
  #nowMs = 0;
  // Copies to be sent, as parallel lists.
  readonly #waiting: Repairable[] = [];
  readonly #sequences: number[] = [];
  readonly #dueMs: number[] = [];
  readonly #ahead: boolean[] = [];

  /** How often a picture's packet goes out before anybody asks for it again, 1 to 3. */
  get sendsAhead(): number {
    if (this.congested) return 1;
    if (this.randomLossRatio >= AHEAD_THRICE_RATIO) return 3;
    return this.randomLossRatio >= AHEAD_RATIO ? 2 : 1;
  }

  /** A packet went out for the first time. */
  onSent(from: Repairable, sequence: number): void {
    if (from.source.kind === 'audio') return;
    const sends = this.sendsAhead;
    for (let copy = 1; copy < sends; copy++) this.#wait(from, sequence, this.#nowMs + copy * COPY_DISTANCE_MS, true);
  }

  /** One request. */
  answer(from: Repairable, sequences: readonly number[], minIntervalMs: number, nowMs: number): void {
    this.#fill(nowMs);
    const copies = this.congested ? 0 : this.lossRatio >= THRICE_RATIO ? 2 : this.lossRatio >= TWICE_RATIO ? 1 : 0;
    for (const sequence of sequences) {
      if (this.#answerTokens <= 0 && from.source.kind === 'video') {
        this.refused++;
        continue;
      }
      const bytes = this.#resend(from, sequence, minIntervalMs, nowMs);
      this.#answerTokens -= bytes;
      if (bytes === 0) continue;
      for (let copy = 1; copy <= copies; copy++) this.#wait(from, sequence, nowMs + copy * COPY_DISTANCE_MS, false);
      if (copies < 2 || from.source.kind === 'audio') continue;
      for (const laterMs of LATER_MS) this.#wait(from, sequence, nowMs + laterMs, false);
    }
  }

  /** Every 10 or 20 ms: sends the copies that are due. */
  tick(nowMs: number): void {
    this.#fill(nowMs);
    const half = (this.#budgetBps * BURST_MS) / 16_000;
    let kept = 0;
    for (let i = 0; i < this.#waiting.length; i++) {
      const from = this.#waiting[i]!;
      const sequence = this.#sequences[i]!;
      const ahead = this.#ahead[i]!;
      if (this.#dueMs[i]! > nowMs) {
        this.#waiting[kept] = from;
        this.#sequences[kept] = sequence;
        this.#dueMs[kept] = this.#dueMs[i]!;
        this.#ahead[kept] = ahead;
        kept++;
      } else if (ahead && this.#aheadTokens > 0) {
        this.#aheadTokens -= this.#resend(from, sequence, 0, nowMs);
      } else if (!ahead && this.#answerTokens > half) {
        this.#answerTokens -= this.#resend(from, sequence, 0, nowMs);
      }
    }
    this.#waiting.length = kept;
    this.#sequences.length = kept;
    this.#dueMs.length = kept;
    this.#ahead.length = kept;
  }

  #wait(from: Repairable, sequence: number, dueMs: number, ahead: boolean): void {
    if (this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push(from);
    this.#sequences.push(sequence);
    this.#dueMs.push(dueMs);
    this.#ahead.push(ahead);
  }

  /** @returns bytes that left */
  #resend(from: Repairable, sequence: number, minIntervalMs: number, nowMs: number): number {
    const before = this.bytesSent;
    from.resend(sequence, minIntervalMs, nowMs);
    const bytes = this.bytesSent - before;
    this.#repairBytes += bytes;
    return bytes;
  }

  get #budgetBps(): number {
    const { estimateBps } = this;
    if (estimateBps === undefined) return Math.max(MIN_BUDGET_BPS, this.#mediaBps * 1.5);
    if (this.congested) return Math.max(estimateBps * CONGESTED_SHARE, estimateBps - this.#mediaBps);
    return Math.max(MIN_BUDGET_BPS, estimateBps / 2, estimateBps - this.#mediaBps);
  }

  #fill(nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#filledAtMs < 0) {
      this.#filledAtMs = nowMs;
      this.#windowStartMs = nowMs;
      this.#answerTokens = (MIN_BUDGET_BPS * BURST_MS) / 8_000;
    }
    const elapsedMs = nowMs - this.#filledAtMs;
    this.#filledAtMs = nowMs;
    const spareBps = Math.max(0, (this.estimateBps ?? 0) - this.#mediaBps) * AHEAD_SHARE;
    this.#answerTokens = filled(this.#answerTokens, this.#budgetBps, elapsedMs);
    this.#aheadTokens = filled(this.#aheadTokens, spareBps, elapsedMs);
    const windowMs = nowMs - this.#windowStartMs;
    if (windowMs < RATE_WINDOW_MS) return;
    this.#mediaBps = ((this.bytesSent - this.#windowBytes - this.#repairBytes) * 8_000) / windowMs;
    this.#windowBytes = this.bytesSent;
    this.#repairBytes = 0;
    this.#windowStartMs = nowMs;
  }
}

/** Bytes in a bucket that holds what its rate brings in BURST_MS. */
function filled(tokens: number, rateBps: number, elapsedMs: number): number {
  return Math.min((rateBps * BURST_MS) / 8_000, tokens + (rateBps * elapsedMs) / 8_000);
}
