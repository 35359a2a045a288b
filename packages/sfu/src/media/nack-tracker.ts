import { sequenceDifference } from '@alongside/rtp';

/** A hole wider than this is a new beginning (sender restarted, long outage), not something to ask for. */
const MAX_GAP = 250;
const MAX_MISSING = 300;
/** Packets overtake each other by a few milliseconds on ordinary paths. */
const REORDER_TOLERANCE_MS = 5;
const MIN_INTERVAL_MS = 20;
const MAX_INTERVAL_MS = 400;
/** Lost packets between two looks at the loss; long enough that one burst is no trend. */
const LOSS_WINDOW_PACKETS = 64;
/** From here on questions are lost so often that they are asked twice, and from the second on three times. */
const ASK_TWICE_RATIO = 0.12;
const ASK_THRICE_RATIO = 0.4;

/** How long and how often one packet is asked for where loss is rare. */
export interface NackPolicy {
  maxTries: number;
  lifetimeMs: number;
}

/** What a packet meant for the sequence. */
export type NackVerdict = 'next' | 'gap' | 'recovered' | 'duplicate' | 'restart';

/**
 * Which packets of one stream are missing and when to ask for them again: the first time after a short reorder
 * tolerance, then every round trip × 1.25ⁿ, until `maxTries` or `lifetimeMs`.
 *
 * Where much is lost the question and its answer are lost as well (at 30 % half of the tries come to nothing), so
 * the schedule follows the measured loss: the intervals stay one round trip, only the lifetime ends the asking, and
 * every question is repeated in the next ticks. The answer costs the sender nothing twice: a browser sends a packet
 * again at most once in a round trip.
 */
export class NackTracker {
  readonly #policy: NackPolicy;
  #highest = -1;
  // Parallel lists, short except under heavy loss; objects per lost packet would be garbage exactly when it hurts.
  readonly #missing: number[] = [];
  readonly #sinceMs: number[] = [];
  readonly #lastAskedMs: number[] = [];
  readonly #tries: number[] = [];
  /** Repetitions of the last question still to be sent. */
  readonly #repeats: number[] = [];
  #windowExpected = 0;
  #windowLost = 0;
  /** Packets given up since the start. */
  abandoned = 0;
  /** Share of packets that did not come at first, smoothed over some hundred packets, 0 to 1. */
  lossRatio = 0;

  constructor(policy: NackPolicy) {
    this.#policy = policy;
  }

  get missingCount(): number {
    return this.#missing.length;
  }

  /** Takes note of a packet. `restart` means the list was cleared: for video a key frame is needed. */
  onPacket(sequenceNumber: number, nowMs: number): NackVerdict {
    if (this.#highest < 0) {
      this.#highest = sequenceNumber;
      return 'next';
    }
    const distance = sequenceDifference(sequenceNumber, this.#highest);
    if (distance === 0) return 'duplicate';
    if (distance < 0) {
      const index = this.#missing.indexOf(sequenceNumber);
      if (index < 0) return 'duplicate';
      // Merely overtaken: nothing was lost.
      if (this.#tries[index] === 0) this.#windowLost--;
      this.#remove(index);
      return 'recovered';
    }
    const previous = this.#highest;
    this.#highest = sequenceNumber;
    if (distance > MAX_GAP || this.#missing.length + distance > MAX_MISSING) {
      this.#clear();
      return 'restart';
    }
    this.#count(distance);
    if (distance === 1) return 'next';
    for (let i = 1; i < distance; i++) {
      this.#missing.push((previous + i) & 0xffff);
      this.#sinceMs.push(nowMs);
      this.#lastAskedMs.push(-1);
      this.#tries.push(0);
      this.#repeats.push(0);
    }
    return 'gap';
  }

  /** A missing packet was made from another one's redundancy. It was lost nevertheless. */
  onRestored(sequenceNumber: number): void {
    const index = this.#missing.indexOf(sequenceNumber);
    if (index >= 0) this.#remove(index);
  }

  /** Whether `sequenceNumber` is awaited; a restored retransmission nobody asked for is not. */
  isMissing(sequenceNumber: number): boolean {
    return this.#missing.includes(sequenceNumber);
  }

  /** Puts the sequence numbers to ask for now into `out` (emptied first), in order. */
  collect(nowMs: number, roundTripMs: number, out: number[]): void {
    out.length = 0;
    const lossy = this.lossRatio >= ASK_TWICE_RATIO;
    const repeats = this.lossRatio >= ASK_THRICE_RATIO ? 2 : lossy ? 1 : 0;
    for (let i = 0; i < this.#missing.length; ) {
      const ageMs = nowMs - this.#sinceMs[i]!;
      const tries = this.#tries[i]!;
      if ((tries >= this.#policy.maxTries && !lossy) || ageMs > this.#policy.lifetimeMs) {
        this.#remove(i);
        this.abandoned++;
        continue;
      }
      const growth = lossy ? 1 : 1.25 ** (tries - 1);
      const intervalMs = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, roundTripMs * growth));
      if (tries === 0 ? ageMs >= REORDER_TOLERANCE_MS : nowMs - this.#lastAskedMs[i]! >= intervalMs) {
        this.#tries[i] = tries + 1;
        this.#lastAskedMs[i] = nowMs;
        this.#repeats[i] = repeats;
        out.push(this.#missing[i]!);
      } else if (this.#repeats[i]! > 0) {
        this.#repeats[i] = this.#repeats[i]! - 1;
        out.push(this.#missing[i]!);
      }
      i++;
    }
  }

  #count(distance: number): void {
    this.#windowExpected += distance;
    this.#windowLost += distance - 1;
    if (this.#windowExpected < LOSS_WINDOW_PACKETS) return;
    const ratio = Math.max(0, this.#windowLost) / this.#windowExpected;
    // Up fast, since repair must begin while it still helps; down slowly.
    this.lossRatio += (ratio - this.lossRatio) * (ratio > this.lossRatio ? 0.6 : 0.25);
    this.#windowExpected = 0;
    this.#windowLost = 0;
  }

  #remove(index: number): void {
    this.#missing.splice(index, 1);
    this.#sinceMs.splice(index, 1);
    this.#lastAskedMs.splice(index, 1);
    this.#tries.splice(index, 1);
    this.#repeats.splice(index, 1);
  }

  #clear(): void {
    this.abandoned += this.#missing.length;
    this.#missing.length = 0;
    this.#sinceMs.length = 0;
    this.#lastAskedMs.length = 0;
    this.#tries.length = 0;
    this.#repeats.length = 0;
    this.#windowExpected = 0;
    this.#windowLost = 0;
  }
}
