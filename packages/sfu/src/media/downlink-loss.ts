import { isOutage } from './outage.ts';
import type { PathLoss } from './red-depth.ts';

const WINDOW_PACKETS = 150;
const WINDOW_MS = 1_000;
const MIN_WINDOW_PACKETS = 25;
/** What the windows before count for in the length of bursts. */
const BURST_MEMORY = 0.9;
const MIN_LOST = 10;
/** Reports older than this say nothing about now. */
const FRESH_MS = 4_000;

/**
 * How much of what a peer is sent gets lost before any repair, and how much in a row, from its transport-wide feedback.
 * Loss reports (RR) count repaired packets as received and know nothing of bursts: they fill in where a peer gives no
 * such feedback. An outage is no loss of the path: what helps against loss does not help against it.
 */
export class DownlinkLoss implements PathLoss {
  lossRatio = 0;
  burstRatio = 0;
  #expected = 0;
  #lost = 0;
  /** Packets after a lost one, and those lost of them. */
  #afterLost = 0;
  #lostAfterLost = 0;
  /** Packets missing since the last one that arrived, and when that was on the receiver's clock. */
  #run = 0;
  #arrivedUs = Number.NaN;
  #windowStartMs = -1;
  #measuredAtMs = Number.NEGATIVE_INFINITY;

  /** One feedback: arrival times, undefined for what did not arrive. */
  onArrivals(arrivalsUs: readonly (number | undefined)[], nowMs: number): void {
    if (this.#windowStartMs < 0) this.#windowStartMs = nowMs;
    for (const arrivalUs of arrivalsUs) {
      if (arrivalUs === undefined) this.#run++;
      else this.#countRun(arrivalUs);
    }
    const due = nowMs - this.#windowStartMs >= WINDOW_MS && this.#expected >= MIN_WINDOW_PACKETS;
    if (this.#expected < WINDOW_PACKETS && !due) return;
    const ratio = this.#lost / this.#expected;
    this.lossRatio = approach(this.lossRatio, ratio);
    // A few lost packets say nothing of bursts: they are gathered over many windows.
    const burst = this.#afterLost >= MIN_LOST ? this.#lostAfterLost / this.#afterLost : 0;
    this.burstRatio = Math.max(this.lossRatio, burst);
    this.#measuredAtMs = nowMs;
    this.#windowStartMs = nowMs;
    this.#expected = 0;
    this.#lost = 0;
    this.#afterLost *= BURST_MEMORY;
    this.#lostAfterLost *= BURST_MEMORY;
  }

  #countRun(arrivalUs: number): void {
    const lost = isOutage(this.#run, (arrivalUs - this.#arrivedUs) / 1_000) ? 0 : this.#run;
    this.#expected += lost + 1;
    this.#lost += lost;
    if (lost > 0) {
      this.#afterLost += lost;
      this.#lostAfterLost += lost - 1;
    }
    this.#run = 0;
    this.#arrivedUs = arrivalUs;
  }

  /** One loss report of a stream, 0 to 1. */
  onReport(ratio: number, nowMs: number): void {
    if (nowMs - this.#measuredAtMs < FRESH_MS) return;
    this.lossRatio = approach(this.lossRatio, ratio);
    this.burstRatio = this.lossRatio;
  }
}

/** Up fast, down slowly. */
function approach(value: number, measured: number): number {
  return value + (measured - value) * (measured > value ? 0.5 : 0.2);
}
