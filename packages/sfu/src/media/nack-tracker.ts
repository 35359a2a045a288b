import { sequenceDifference } from '@alongside/rtp';
import { isOutage } from './outage.ts';

/** A hole wider than this is a new beginning (sender restarted, long outage), not something to ask for. */
const MAX_GAP = 250;
const MAX_MISSING = 300;
/** Packets overtake each other by a few milliseconds on ordinary paths. */
const REORDER_TOLERANCE_MS = 5;
const MIN_INTERVAL_MS = 20;
const MAX_INTERVAL_MS = 600;
/** Lost packets between two looks at the loss; long enough that one burst is no trend. */
const LOSS_WINDOW_PACKETS = 64;
/** From here on questions are lost so often that they are asked three times, and from the second on four times. */
const LOSSY_RATIO = 0.1;
const VERY_LOSSY_RATIO = 0.4;
/** A sender sends a packet again no sooner than its own measure of the round trip: asked earlier it would not. */
const ROUND_TRIP_MARGIN = 1.1;
/** Where this little is lost, the next packet tells soon enough that one is missing. */
const SUSPECT_RATIO = 0.03;
/** A packet that was only suspected to be lost is asked for so often, and so long. */
const MAX_SUSPECT_TRIES = 3;
const SUSPECT_LIFETIME_MS = 300;

/** How long and how often one packet is asked for where loss is rare. */
export interface NackPolicy {
  maxTries: number;
  lifetimeMs: number;
  /** Whether a key frame replaces what is missing: then an outage of the path is a new beginning. */
  hasKeyFrames: boolean;
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
 *
 * The last packet of a picture is missed only when the next picture comes. Where other packets of the same sender show
 * that something was lost (`suspect`), the next number is asked for at once; a number never sent is ignored.
 */
export class NackTracker {
  readonly #policy: NackPolicy;
  #highest = -1;
  #highestAtMs = 0;
  // Parallel lists, short except under heavy loss; objects per lost packet would be garbage exactly when it hurts.
  readonly #missing: number[] = [];
  readonly #sinceMs: number[] = [];
  readonly #lastAskedMs: number[] = [];
  readonly #tries: number[] = [];
  /** Repetitions of the last question still to be sent. */
  readonly #repeats: number[] = [];
  #windowExpected = 0;
  #windowLost = 0;
  /** The number after the highest, when it is thought to be lost; −1 otherwise. */
  #suspected = -1;
  #suspectedSinceMs = 0;
  #suspectedAskedMs = 0;
  #suspectedTries = 0;
  /** Packets given up since the start. */
  abandoned = 0;
  /** Share of packets that did not come at first, smoothed over some hundred packets, 0 to 1. */
  lossRatio = 0;
  /** Numbers that were due since the start, and how many of them did not come at first. */
  expected = 0;
  lost = 0;

  constructor(policy: NackPolicy) {
    this.#policy = policy;
  }

  get missingCount(): number {
    return this.#missing.length;
  }

  /** Whether there is something to ask for, now or later. */
  get asks(): boolean {
    return this.#missing.length > 0 || this.#suspected >= 0;
  }

  /** A packet of this sender was lost and may have been this stream's next one. */
  suspect(nowMs: number): void {
    if (this.#highest < 0 || this.#suspected >= 0 || this.lossRatio < SUSPECT_RATIO) return;
    this.#suspected = (this.#highest + 1) & 0xffff;
    this.#suspectedSinceMs = nowMs;
    this.#suspectedAskedMs = Number.NEGATIVE_INFINITY;
    this.#suspectedTries = 0;
  }

  /** Takes note of a packet. `restart` means the list was cleared: for video a key frame is needed. */
  onPacket(sequenceNumber: number, nowMs: number): NackVerdict {
    if (this.#highest < 0) {
      this.#highest = sequenceNumber;
      this.#highestAtMs = nowMs;
      return 'next';
    }
    const distance = sequenceDifference(sequenceNumber, this.#highest);
    if (distance === 0) return 'duplicate';
    if (distance < 0) {
      const index = this.#missing.indexOf(sequenceNumber);
      if (index < 0) return 'duplicate';
      // Merely overtaken: nothing was lost.
      if (this.#tries[index] === 0) {
        this.#windowLost--;
        this.lost--;
      }
      this.#remove(index);
      return 'recovered';
    }
    const previous = this.#highest;
    const askedTries = this.#suspected < 0 ? 0 : this.#suspectedTries;
    const isNew = this.#policy.hasKeyFrames && isOutage(distance - 1, nowMs - this.#highestAtMs);
    this.#highest = sequenceNumber;
    this.#highestAtMs = nowMs;
    this.#suspected = -1;
    if (isNew || distance > MAX_GAP || this.#missing.length + distance > MAX_MISSING) {
      this.#clear();
      return 'restart';
    }
    this.#count(distance);
    if (distance === 1) return 'next';
    for (let i = 1; i < distance; i++) {
      this.#missing.push((previous + i) & 0xffff);
      const asked = i === 1 && askedTries > 0;
      this.#sinceMs.push(asked ? this.#suspectedSinceMs : nowMs);
      this.#lastAskedMs.push(asked ? this.#suspectedAskedMs : -1);
      this.#tries.push(asked ? askedTries : 0);
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
    return sequenceNumber === this.#suspected || this.#missing.includes(sequenceNumber);
  }

  /**
   * Puts the sequence numbers to ask for now into `out` (emptied first), in order.
   * @param roundTripMs with the queue that stands now: what comes back waits in it
   * @param congested what is lost is lost to that queue, and asking more would make it longer
   */
  collect(nowMs: number, roundTripMs: number, out: number[], congested = false): void {
    out.length = 0;
    const lossy = this.lossRatio >= LOSSY_RATIO && !congested;
    const repeats = !lossy ? 0 : this.lossRatio >= VERY_LOSSY_RATIO ? 3 : 2;
    const roundMs = roundTripMs * ROUND_TRIP_MARGIN;
    for (let i = 0; i < this.#missing.length; ) {
      const ageMs = nowMs - this.#sinceMs[i]!;
      const tries = this.#tries[i]!;
      if ((tries >= this.#policy.maxTries && !lossy) || ageMs > this.#policy.lifetimeMs) {
        this.#remove(i);
        this.abandoned++;
        continue;
      }
      const growth = lossy ? 1 : 1.25 ** (tries - 1);
      const intervalMs = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, roundMs * growth));
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
    if (this.#suspected >= 0) this.#collectSuspected(nowMs, roundMs, out);
  }

  #collectSuspected(nowMs: number, roundMs: number, out: number[]): void {
    const ageMs = nowMs - this.#suspectedSinceMs;
    if (ageMs > SUSPECT_LIFETIME_MS) {
      this.#suspected = -1;
      return;
    }
    const due = nowMs - this.#suspectedAskedMs >= Math.max(MIN_INTERVAL_MS, roundMs);
    if (ageMs < REORDER_TOLERANCE_MS || !due || this.#suspectedTries >= MAX_SUSPECT_TRIES) return;
    this.#suspectedTries++;
    this.#suspectedAskedMs = nowMs;
    out.push(this.#suspected);
  }

  #count(distance: number): void {
    this.expected += distance;
    this.lost += distance - 1;
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
    this.#suspected = -1;
  }
}
