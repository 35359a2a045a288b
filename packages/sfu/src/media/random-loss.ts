import type { TransportFeedback } from '@alongside/rtp';

const WINDOW_PACKETS = 100;
const WINDOW_MS = 1_500;
const MIN_WINDOW_PACKETS = 30;
/** The least loss of so many windows is what no sending rate of that time avoided. */
const WINDOWS = 4;
const MIN_SPAN_MS = 2_500;
/** Less than this a sender's congestion control bears by itself. */
const NEGLIGIBLE_RATIO = 0.02;

/**
 * Tells a path that loses packets whatever is sent (radio) from one that loses what is too much for it. A browser's
 * congestion control takes both for congestion: at 30 % random loss it falls to a few hundred kbit/s on a path that
 * carries megabits, and no picture is left.
 *
 * Congestion shows in two ways that this leaves alone: queues grow (arrival times are never touched), and loss ends when
 * the sender slows down. So the least loss over the last seconds, in which the sender did slow down for the rest, is
 * the path's own: that share of the lost packets is reported as arrived between their neighbours. Everything above it
 * is reported lost.
 */
export class RandomLoss {
  readonly #ratios: number[] = [];
  readonly #startsMs: number[] = [];
  #windowStartMs = -1;
  #expected = 0;
  #lost = 0;
  #credit = 0;
  #lastArrivalUs = 0;
  /** The path's own loss as far as known, 0 to 1. */
  ratio = 0;
  /** Lost packets reported as arrived, since the start. */
  forgiven = 0;

  /** Changes what `feedback` says of lost packets, in place. */
  forgive(feedback: TransportFeedback, nowMs: number): void {
    const { arrivalsUs } = feedback;
    this.#observe(arrivalsUs, nowMs);
    const latest = this.#ratios.at(-1) ?? 0;
    const share = this.ratio === 0 ? 0 : this.ratio / Math.max(this.ratio, latest);
    let beforeUs = this.#lastArrivalUs;
    for (let i = 0; i < arrivalsUs.length; i++) {
      const arrivalUs = arrivalsUs[i];
      if (arrivalUs !== undefined) {
        beforeUs = arrivalUs;
        continue;
      }
      let next = i + 1;
      while (next < arrivalsUs.length && arrivalsUs[next] === undefined) next++;
      const afterUs = arrivalsUs[next];
      this.#credit += share;
      if (this.#credit < 1 || afterUs === undefined) continue;
      this.#credit -= 1;
      this.forgiven++;
      if (beforeUs === 0) beforeUs = afterUs;
      beforeUs += Math.round((afterUs - beforeUs) / (next - i + 1));
      arrivalsUs[i] = beforeUs;
    }
    this.#lastArrivalUs = beforeUs;
  }

  #observe(arrivalsUs: readonly (number | undefined)[], nowMs: number): void {
    if (this.#windowStartMs < 0) this.#windowStartMs = nowMs;
    this.#expected += arrivalsUs.length;
    for (const arrivalUs of arrivalsUs) if (arrivalUs === undefined) this.#lost++;
    const due = nowMs - this.#windowStartMs >= WINDOW_MS && this.#expected >= MIN_WINDOW_PACKETS;
    if (this.#expected < WINDOW_PACKETS && !due) return;
    this.#ratios.push(this.#lost / this.#expected);
    this.#startsMs.push(this.#windowStartMs);
    // As many windows as cover the time a sender needs to slow down and to be seen slowed.
    while (this.#ratios.length > WINDOWS && nowMs - this.#startsMs[1]! >= MIN_SPAN_MS) {
      this.#ratios.shift();
      this.#startsMs.shift();
    }
    this.#windowStartMs = nowMs;
    this.#expected = 0;
    this.#lost = 0;
    const known = this.#ratios.length >= WINDOWS && nowMs - this.#startsMs[0]! >= MIN_SPAN_MS;
    const least = known ? Math.min(...this.#ratios) : 0;
    this.ratio = least < NEGLIGIBLE_RATIO ? 0 : least;
  }
}
