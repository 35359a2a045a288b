/** A queue this long, for so long and with loss, is a path kept full by a sender that does not notice. */
const FULL_QUEUE_MS = 100;
const FULL_LOSS_RATIO = 0.02;
const FULL_FOR_MS = 1_500;
const DRAINED_QUEUE_MS = 30;
/** Below what gets through, so that the queue drains; and a voice always fits. */
const CAP_SHARE = 0.8;
const MIN_CAP_BPS = 100_000;
const STEP_MS = 1_000;
const GROWTH = 1.06;
/** Told when the cap is lifted: more than anybody sends. */
const LIFTED_BPS = 50_000_000;
/** A cap this far above what is sent limits nothing any more. */
const LIFTED_SHARE = 2;

/**
 * Tells a sender by REMB to send less while its path stays full. A browser's congestion control looks for a delay that
 * grows; in a queue that is full and drops its tail the delay stands, the loss is small, and it sends on at the rate that
 * keeps the queue full. Every second packet of a picture is then lost to it.
 */
export class FullPath {
  #fullSinceMs = Number.POSITIVE_INFINITY;
  #steppedAtMs = Number.NEGATIVE_INFINITY;
  #capBps = Number.POSITIVE_INFINITY;

  /**
   * To be asked a few times a second.
   * @param queueMs that stands in the path
   * @param lossRatio before repair, 0 to 1
   * @param receivedBps what gets through
   * @returns what to tell the sender now, bit/s; undefined for nothing new
   */
  update(queueMs: number, lossRatio: number, receivedBps: number, nowMs: number): number | undefined {
    const full = queueMs > FULL_QUEUE_MS && lossRatio > FULL_LOSS_RATIO;
    if (!full) this.#fullSinceMs = Number.POSITIVE_INFINITY;
    else if (this.#fullSinceMs === Number.POSITIVE_INFINITY) this.#fullSinceMs = nowMs;
    if (nowMs - this.#steppedAtMs < STEP_MS) return undefined;
    if (nowMs - this.#fullSinceMs >= FULL_FOR_MS) {
      this.#steppedAtMs = nowMs;
      this.#capBps = Math.max(MIN_CAP_BPS, Math.min(this.#capBps, receivedBps) * CAP_SHARE);
      return this.#capBps;
    }
    if (this.#capBps === Number.POSITIVE_INFINITY) return undefined;
    this.#steppedAtMs = nowMs;
    if (queueMs < DRAINED_QUEUE_MS) this.#capBps *= GROWTH;
    if (this.#capBps < receivedBps * LIFTED_SHARE) return this.#capBps;
    this.#capBps = Number.POSITIVE_INFINITY;
    return LIFTED_BPS;
  }
}
