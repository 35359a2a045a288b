/** Repair of less loss fits into the delay a browser chooses by itself. */
const NOTICED_RATIO = 0.06;
/** This share of packets may come too late. */
const LATE_RATIO = 0.005;
/** From the loss to the question: the next packet has to come, and a tick. */
const DETECTION_MS = 45;
const MIN_ROUND_MS = 30;
const MAX_DELAY_MS = 500;
const STEP_MS = 10;
/** Delay that loss made necessary is kept so long after it. */
const HOLD_MS = 10_000;
/** So long it is said that there is no minimum any more: packets may get lost. */
const WITHDRAW_MS = 4_000;
/** Ten seconds, which is what a browser takes where nothing is said. */
const NO_MAXIMUM = 1_000;

/**
 * How late a picture may be shown so that its repair on one path is in time, the publisher's or the subscriber's. A
 * browser fits its delay to packets that come as they were sent: of those lost on the publisher's path it knows nothing,
 * and of its own it expects one round of repair, where much is lost several are needed. Pictures come in bunches and
 * stand still between. Told by the playout-delay extension it waits a little longer and shows them evenly.
 */
export class PictureDelay {
  /** At least so late, ms; −1 while there is nothing to say. */
  delayMs = -1;
  #neededAtMs = Number.NEGATIVE_INFINITY;
  #withdrawnAtMs = Number.NEGATIVE_INFINITY;

  /**
   * About once a second.
   * @param lossRatio of the path, 0 to 1
   * @param sends how often a packet goes out before anybody asks for it
   */
  update(lossRatio: number, roundTripMs: number, nowMs: number, sends = 1): void {
    const neededMs = neededDelayMs(lossRatio, roundTripMs, sends);
    if (neededMs > 0 && neededMs >= this.delayMs * 0.7) {
      this.#neededAtMs = nowMs;
      this.delayMs = Math.max(this.delayMs, neededMs);
    } else if (nowMs - this.#neededAtMs < HOLD_MS) {
      return;
    } else if (this.delayMs > 0) {
      this.delayMs = neededMs;
      this.#neededAtMs = nowMs;
      this.#withdrawnAtMs = nowMs;
    } else if (nowMs - this.#withdrawnAtMs >= WITHDRAW_MS) {
      this.delayMs = -1;
    }
  }
}

/** The extension's three bytes: 12 bits each of minimum and maximum, in 10 ms. */
export function playoutDelayOf(delayMs: number): number {
  return ((delayMs / STEP_MS) << 12) | NO_MAXIMUM;
}

/** Time for as many questions and answers as leave few packets missing. */
function neededDelayMs(lossRatio: number, roundTripMs: number, sends: number): number {
  if (lossRatio < NOTICED_RATIO) return 0;
  let late = lossRatio ** sends;
  let rounds = 0;
  while (late > LATE_RATIO && rounds < 12) {
    // The question is repeated until it is heard; the answer is lost as anything is.
    late *= Math.min(0.9, lossRatio + 0.05);
    rounds++;
  }
  const delayMs = DETECTION_MS + rounds * Math.max(MIN_ROUND_MS, roundTripMs * 1.1 + 5);
  return Math.min(MAX_DELAY_MS, Math.round(delayMs / STEP_MS) * STEP_MS);
}
