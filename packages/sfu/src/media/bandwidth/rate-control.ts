import type { DelayUsage } from './delay-trend.ts';

/** After a decrease the rate is this share of what got through: the queue has to drain too, a long one sooner. */
const DECREASE = 0.93;
const LONG_QUEUE_DECREASE = 0.85;
const LONG_QUEUE_MS = 100;
/** Below it there is no queue to speak of. */
const LOW_QUEUE_MS = 15;
/** Growth a second far from the capacity last met. */
const GROWTH = 1.08;
/**
 * A rate nobody sends is not proved: by itself the estimate grows to this multiple of what is delivered. Layers come in
 * steps and can not follow it as an encoder would, so that what lies above is left to probes; without them it is all
 * there is.
 */
const PROVED = 1.1;
const PROVED_WITHOUT_PROBES = 3;
const PROVED_MARGIN_BPS = 10_000;
const PACKET_BITS = 9_600;
/** Weight of a new sample in the capacity last met, and the narrowest spread taken for it. */
const CAPACITY_WEIGHT = 0.05;
const CAPACITY_SPREAD = 0.06;
/** On a path that holds packets up, less than this share of the estimate is sent: it is not what makes them wait. */
const UNUSED = 0.5;
/** Of that this much comes through at the rate it was sent: nothing is to be drained. */
const PASSES = 0.9;
const MAX_LEVEL_DECREASES = 3;
/** A queue that stands at this level for so long, however it came about, is no reason to go on waiting for it to drain. */
const STOOD_MS = 3_000;
const LEVEL_MS = 10;
/** A probe makes no queue longer than this by itself. */
const PROBE_QUEUE_MS = 200;

export const MIN_ESTIMATE_BPS = 30_000;
export const MAX_ESTIMATE_BPS = 50_000_000;

/** What the path did since the last update. */
export interface PathState {
  usage: DelayUsage;
  /** Wait in the path's queue and what of it may be jitter, ms. */
  queueMs: number;
  queueNoiseMs: number;
  /** Bit/s that got through, random loss made up for; undefined while unknown. */
  deliveredBps: number | undefined;
  /** The same of the busiest newest moment: what a path whose queue stands can carry. */
  peakBps: number | undefined;
  /** The same packets' rate as they were sent. */
  offeredBps: number | undefined;
  /** Whether packets were held up of late in a way no queue does. */
  isJumpy: boolean;
  roundTripMs: number;
  /** A probe fills the queue just now: that is its purpose, and no reason to take anything back. */
  probing: boolean;
  /** Whether probes can be sent at all. */
  canProbe: boolean;
}

/**
 * Additive increase near the capacity last met, multiplicative away from it, multiplicative decrease on overuse
 * (draft-ietf-rmcat-gcc-02 §5.5), with two additions: an overuse counts only when packets really stand in a queue, so
 * that jitter alone takes nothing; and a queue that stands without growing is drained, unless it turns out not to be
 * ours.
 */
export class RateControl {
  estimateBps: number;
  /** When the rate was last taken back. */
  decreasedAtMs = Number.NEGATIVE_INFINITY;
  #overusedAtMs = Number.NEGATIVE_INFINITY;
  #updatedAtMs = Number.NaN;
  #capacityBps = Number.NaN;
  #capacitySpread = CAPACITY_SPREAD;
  #levelDecreases = 0;
  #levelStartMs = 0;
  #stoodSinceMs = Number.NaN;
  #stoodMs = 0;

  constructor(initialBps: number) {
    this.estimateBps = initialBps;
  }

  /** Returns 'foreign' when the queue does not react to our rate: it is somebody else's. */
  update(path: PathState, nowMs: number): 'own' | 'foreign' {
    const elapsedMs = Number.isNaN(this.#updatedAtMs) ? 0 : Math.min(1_000, nowMs - this.#updatedAtMs);
    this.#updatedAtMs = nowMs;
    if (path.probing && path.queueMs < PROBE_QUEUE_MS + path.queueNoiseMs) return 'own';
    if (path.usage === 'over' && path.queueMs > path.queueNoiseMs) {
      this.#decrease(path, nowMs);
      return 'own';
    }
    const highMs = 50 + path.queueNoiseMs;
    if (path.queueMs > highMs && path.usage !== 'under') return this.#drain(path, nowMs);
    if (this.#hasStood(path, nowMs)) return 'foreign';
    if (path.queueMs < highMs / 2) this.#levelDecreases = 0;
    // While the queue drains the rate is kept.
    if (path.usage === 'normal' && path.queueMs < LOW_QUEUE_MS + path.queueNoiseMs) this.#increase(path, elapsedMs);
    return 'own';
  }

  /** Whether a queue too short to be drained stands as it is: the path has become that much longer. */
  #hasStood(path: PathState, nowMs: number): boolean {
    const stands = path.usage === 'normal' && path.queueMs >= LOW_QUEUE_MS + path.queueNoiseMs;
    const isLevel = Math.abs(path.queueMs - this.#stoodMs) <= Math.max(LEVEL_MS, path.queueNoiseMs);
    if (!stands) {
      this.#stoodSinceMs = Number.NaN;
    } else if (Number.isNaN(this.#stoodSinceMs) || !isLevel) {
      this.#stoodSinceMs = nowMs;
      this.#stoodMs = path.queueMs;
    } else if (nowMs - this.#stoodSinceMs > STOOD_MS) {
      this.#stoodSinceMs = Number.NaN;
      return true;
    }
    return false;
  }

  #mayDecrease(path: PathState, nowMs: number): boolean {
    if (this.#isUnused(path) && path.deliveredBps! >= path.offeredBps! * PASSES) return false;
    return nowMs - Math.max(this.#overusedAtMs, this.decreasedAtMs) > path.roundTripMs + 200;
  }

  #isUnused({ isJumpy, offeredBps }: PathState): boolean {
    return isJumpy && offeredBps !== undefined && offeredBps < this.estimateBps * UNUSED;
  }

  #decrease(path: PathState, nowMs: number): void {
    if (path.peakBps === undefined || !this.#mayDecrease(path, nowMs)) return;
    this.#meetCapacity(path.peakBps);
    const long = path.queueMs > LONG_QUEUE_MS + path.queueNoiseMs;
    // What is sent far below the estimate was not seen to fill the path: a first step goes no further than below it.
    const carriedBps = this.#isUnused(path) ? Math.max(path.peakBps, path.offeredBps!) : path.peakBps;
    this.#setLower(carriedBps * (long ? LONG_QUEUE_DECREASE : DECREASE), nowMs);
  }

  #drain(path: PathState, nowMs: number): 'own' | 'foreign' {
    if (path.peakBps === undefined || !this.#mayDecrease(path, nowMs)) return 'own';
    if (this.#levelDecreases === 0) this.#levelStartMs = path.queueMs;
    if (this.#levelDecreases >= MAX_LEVEL_DECREASES && path.queueMs > this.#levelStartMs * 0.7) {
      this.#levelDecreases = 0;
      return 'foreign';
    }
    this.#levelDecreases++;
    this.#setLower(Math.min(path.peakBps, this.estimateBps) * 0.9, nowMs);
    return 'own';
  }

  #setLower(bps: number, nowMs: number): void {
    this.#overusedAtMs = nowMs;
    // A burst that queued on a path wider than the estimate takes nothing.
    if (bps >= this.estimateBps) return;
    this.decreasedAtMs = nowMs;
    this.lowerTo(bps);
  }

  #meetCapacity(bps: number): void {
    if (Number.isNaN(this.#capacityBps) || Math.abs(bps - this.#capacityBps) > 3 * this.#capacitySpread * bps) {
      this.#capacityBps = bps;
      this.#capacitySpread = CAPACITY_SPREAD;
      return;
    }
    const error = Math.abs(bps - this.#capacityBps) / this.#capacityBps;
    this.#capacitySpread = Math.max(CAPACITY_SPREAD, 0.95 * this.#capacitySpread + CAPACITY_WEIGHT * error);
    this.#capacityBps += CAPACITY_WEIGHT * (bps - this.#capacityBps);
  }

  #increase(path: PathState, elapsedMs: number): void {
    if (path.deliveredBps === undefined) return;
    const limit = path.deliveredBps * (path.canProbe ? PROVED : PROVED_WITHOUT_PROBES) + PROVED_MARGIN_BPS;
    if (this.estimateBps >= limit) return;
    const margin = 3 * this.#capacitySpread * this.#capacityBps;
    if (path.deliveredBps > this.#capacityBps + margin) this.#capacityBps = Number.NaN;
    const near = Math.abs(this.estimateBps - this.#capacityBps) <= margin;
    const grown = near
      ? this.estimateBps + (PACKET_BITS * elapsedMs) / (path.roundTripMs + 100)
      : this.estimateBps * GROWTH ** (elapsedMs / 1_000);
    this.estimateBps = Math.min(grown, limit, MAX_ESTIMATE_BPS);
  }

  /** Loss says that no more than this gets through. */
  boundTo(bps: number, nowMs: number): void {
    if (bps >= this.estimateBps) return;
    // Creeping down with the bound is no event.
    if (bps < this.estimateBps * 0.95) this.decreasedAtMs = nowMs;
    this.lowerTo(bps);
  }

  /** A probe found less than was thought, while nobody used it. */
  lowerTo(bps: number): void {
    this.estimateBps = Math.max(MIN_ESTIMATE_BPS, Math.min(this.estimateBps, bps));
  }

  /** A probe proved this rate. */
  raiseTo(bps: number): void {
    if (bps <= this.estimateBps) return;
    this.estimateBps = Math.min(MAX_ESTIMATE_BPS, bps);
    this.#capacityBps = Number.NaN;
  }
}
