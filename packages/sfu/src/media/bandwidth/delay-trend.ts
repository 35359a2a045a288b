/** Packets sent within this time of the first one are one group: they queue together (draft-ietf-rmcat-gcc-02 §5.2). */
const GROUP_MS = 5;
const WINDOW_GROUPS = 20;
const SMOOTHING = 0.9;
const GAIN = 4;
/** The weight of the slope grows with the groups seen, up to this many. */
const MAX_GROUPS_WEIGHT = 60;
const MIN_THRESHOLD = 6;
const MAX_THRESHOLD = 600;
const INITIAL_THRESHOLD = 12.5;
/** The threshold follows the trend quickly upwards and slowly down (§5.4, with the constants of libwebrtc). */
const THRESHOLD_UP = 0.0087;
const THRESHOLD_DOWN = 0.039;
/** Trends this far above the threshold are sudden changes of the path and do not move it. */
const MAX_ADAPT_OFFSET = 15;
/** How long the trend must be above the threshold to count. */
const OVERUSE_MS = 10;
/** A gap of this length in either direction begins a new measurement. */
const RESET_MS = 3_000;

/** What the one-way delay is doing: growing, standing or draining. */
export type DelayUsage = 'normal' | 'over' | 'under';

/**
 * Delay gradient of one path after draft-ietf-rmcat-gcc-02 §5: inter-group delay variation, its slope by linear
 * regression, and an overuse detector with an adaptive threshold, which lives beside flows that fill queues and with
 * jitter.
 */
export class DelayTrend {
  usage: DelayUsage = 'normal';
  /** The slope (ms per ms) as it is compared with the threshold: weighted by `min(groups, 60) × 4`. */
  trend = 0;
  #groupSentMs = Number.NaN;
  #groupLastSentMs = 0;
  #groupArrivedMs = 0;
  #previousSentMs = Number.NaN;
  #previousArrivedMs = 0;
  #firstArrivedMs = 0;
  #accumulatedMs = 0;
  #smoothedMs = 0;
  #groups = 0;
  readonly #times: number[] = [];
  readonly #delays: number[] = [];
  #threshold = INITIAL_THRESHOLD;
  #thresholdAtMs = Number.NaN;
  #overForMs = 0;
  #overGroups = 0;
  #previousSlope = 0;

  /** One packet that arrived; packets out of order are left out. */
  onPacket(sentMs: number, arrivedMs: number): void {
    if (Number.isNaN(this.#groupSentMs)) {
      this.#startGroup(sentMs, arrivedMs);
      return;
    }
    if (sentMs < this.#groupSentMs) return;
    if (this.#belongs(sentMs, arrivedMs)) {
      this.#groupLastSentMs = Math.max(this.#groupLastSentMs, sentMs);
      this.#groupArrivedMs = Math.max(this.#groupArrivedMs, arrivedMs);
      return;
    }
    this.#endGroup();
    this.#startGroup(sentMs, arrivedMs);
  }

  /** Packets that arrive in one burst with less delay than their sending were held up together: one group. */
  #belongs(sentMs: number, arrivedMs: number): boolean {
    if (sentMs - this.#groupSentMs <= GROUP_MS) return true;
    const arrivalStepMs = arrivedMs - this.#groupArrivedMs;
    const sendStepMs = sentMs - this.#groupLastSentMs;
    return arrivalStepMs <= GROUP_MS && arrivalStepMs < sendStepMs && sentMs - this.#groupSentMs < 100;
  }

  #startGroup(sentMs: number, arrivedMs: number): void {
    this.#groupSentMs = sentMs;
    this.#groupLastSentMs = sentMs;
    this.#groupArrivedMs = arrivedMs;
  }

  #endGroup(): void {
    if (!Number.isNaN(this.#previousSentMs)) {
      const sendStepMs = this.#groupLastSentMs - this.#previousSentMs;
      const arrivalStepMs = this.#groupArrivedMs - this.#previousArrivedMs;
      if (sendStepMs > RESET_MS || Math.abs(arrivalStepMs - sendStepMs) > RESET_MS) this.reset();
      else this.#update(arrivalStepMs - sendStepMs, sendStepMs, this.#groupArrivedMs);
    }
    this.#previousSentMs = this.#groupLastSentMs;
    this.#previousArrivedMs = this.#groupArrivedMs;
  }

  /** Forgets what was measured: the path or the receiver's clock changed. */
  reset(): void {
    this.#previousSentMs = Number.NaN;
    this.#times.length = 0;
    this.#delays.length = 0;
    this.#groups = 0;
    this.#accumulatedMs = 0;
    this.#smoothedMs = 0;
    this.#overForMs = 0;
    this.#overGroups = 0;
    this.usage = 'normal';
    this.trend = 0;
  }

  #update(variationMs: number, sendStepMs: number, arrivedMs: number): void {
    if (this.#groups === 0) this.#firstArrivedMs = arrivedMs;
    this.#groups++;
    this.#accumulatedMs += variationMs;
    this.#smoothedMs = SMOOTHING * this.#smoothedMs + (1 - SMOOTHING) * this.#accumulatedMs;
    this.#times.push(arrivedMs - this.#firstArrivedMs);
    this.#delays.push(this.#smoothedMs);
    if (this.#times.length > WINDOW_GROUPS) {
      this.#times.shift();
      this.#delays.shift();
    }
    const slope = this.#times.length === WINDOW_GROUPS ? slopeOf(this.#times, this.#delays) : this.#previousSlope;
    this.#detect(slope, sendStepMs, arrivedMs);
    this.#previousSlope = slope;
  }

  #detect(slope: number, sendStepMs: number, arrivedMs: number): void {
    this.trend = Math.min(this.#groups, MAX_GROUPS_WEIGHT) * slope * GAIN;
    if (this.trend > this.#threshold) {
      this.#overForMs += sendStepMs;
      this.#overGroups++;
      if (this.#overForMs > OVERUSE_MS && this.#overGroups > 1 && slope >= this.#previousSlope) this.usage = 'over';
    } else {
      this.#overForMs = 0;
      this.#overGroups = 0;
      this.usage = this.trend < -this.#threshold ? 'under' : 'normal';
    }
    this.#adaptThreshold(arrivedMs);
  }

  #adaptThreshold(arrivedMs: number): void {
    const magnitude = Math.abs(this.trend);
    if (!Number.isNaN(this.#thresholdAtMs) && magnitude <= this.#threshold + MAX_ADAPT_OFFSET) {
      const rate = magnitude < this.#threshold ? THRESHOLD_DOWN : THRESHOLD_UP;
      const elapsedMs = Math.min(100, Math.max(0, arrivedMs - this.#thresholdAtMs));
      this.#threshold += rate * (magnitude - this.#threshold) * elapsedMs;
      this.#threshold = Math.max(MIN_THRESHOLD, Math.min(MAX_THRESHOLD, this.#threshold));
    }
    this.#thresholdAtMs = arrivedMs;
  }
}

function slopeOf(times: readonly number[], delays: readonly number[]): number {
  let meanTime = 0;
  let meanDelay = 0;
  for (let i = 0; i < times.length; i++) {
    meanTime += times[i]! / times.length;
    meanDelay += delays[i]! / times.length;
  }
  let numerator = 0;
  let denominator = 0;
  for (let i = 0; i < times.length; i++) {
    numerator += (times[i]! - meanTime) * (delays[i]! - meanDelay);
    denominator += (times[i]! - meanTime) ** 2;
  }
  return denominator === 0 ? 0 : numerator / denominator;
}
