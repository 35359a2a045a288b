import { sequenceDifference } from '@alongside/rtp';

/** A hole wider than this is a new beginning (sender restarted, long outage), not something to ask for. */
const MAX_GAP = 250;
const MAX_MISSING = 300;
/** Packets overtake each other by a few milliseconds on ordinary paths. */
const REORDER_TOLERANCE_MS = 5;
const MIN_INTERVAL_MS = 20;
const MAX_INTERVAL_MS = 400;

/** How long and how often one packet is asked for; audio gives up earlier since it is played earlier. */
export interface NackPolicy {
  maxTries: number;
  lifetimeMs: number;
}

/** What a packet meant for the sequence. */
export type NackVerdict = 'next' | 'gap' | 'recovered' | 'duplicate' | 'restart';

/**
 * Which packets of one stream are missing and when to ask for them again: the first time after a short reorder
 * tolerance, then every round trip × 1.25^n, until `maxTries` or `lifetimeMs`.
 */
export class NackTracker {
  readonly #policy: NackPolicy;
  #highest = -1;
  // Parallel lists, short except under heavy loss; objects per lost packet would be garbage exactly when it hurts.
  readonly #missing: number[] = [];
  readonly #sinceMs: number[] = [];
  readonly #lastAskedMs: number[] = [];
  readonly #tries: number[] = [];
  /** Packets given up since the start. */
  abandoned = 0;

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
      this.#remove(index);
      return 'recovered';
    }
    const previous = this.#highest;
    this.#highest = sequenceNumber;
    if (distance === 1) return 'next';
    if (distance > MAX_GAP || this.#missing.length + distance > MAX_MISSING) {
      this.#clear();
      return 'restart';
    }
    for (let i = 1; i < distance; i++) {
      this.#missing.push((previous + i) & 0xffff);
      this.#sinceMs.push(nowMs);
      this.#lastAskedMs.push(-1);
      this.#tries.push(0);
    }
    return 'gap';
  }

  /** Whether `sequenceNumber` is awaited; a restored retransmission nobody asked for is not. */
  isMissing(sequenceNumber: number): boolean {
    return this.#missing.includes(sequenceNumber);
  }

  /** Puts the sequence numbers to ask for now into `out` (emptied first), in order. */
  collect(nowMs: number, roundTripMs: number, out: number[]): void {
    out.length = 0;
    for (let i = 0; i < this.#missing.length; ) {
      const ageMs = nowMs - this.#sinceMs[i]!;
      if (this.#tries[i]! >= this.#policy.maxTries || ageMs > this.#policy.lifetimeMs) {
        this.#remove(i);
        this.abandoned++;
        continue;
      }
      const tries = this.#tries[i]!;
      const intervalMs = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, roundTripMs * 1.25 ** (tries - 1)));
      const due = tries === 0 ? ageMs >= REORDER_TOLERANCE_MS : nowMs - this.#lastAskedMs[i]! >= intervalMs;
      if (due) {
        this.#tries[i] = tries + 1;
        this.#lastAskedMs[i] = nowMs;
        out.push(this.#missing[i]!);
      }
      i++;
    }
  }

  #remove(index: number): void {
    this.#missing.splice(index, 1);
    this.#sinceMs.splice(index, 1);
    this.#lastAskedMs.splice(index, 1);
    this.#tries.splice(index, 1);
  }

  #clear(): void {
    this.abandoned += this.#missing.length;
    this.#missing.length = 0;
    this.#sinceMs.length = 0;
    this.#lastAskedMs.length = 0;
    this.#tries.length = 0;
  }
}
