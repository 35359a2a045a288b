import { sequenceDifference } from '@alongside/rtp';

/** A step wider than this is a new numbering (sender restarted), not a loss. */
const MAX_STEP = 1_000;
/** More packets than this are not held back: a second and a half of 8 Mbit/s is 1,300. */
const MAX_HELD = 4_096;

interface Held<T> {
  item: T;
  arrivalMs: number;
}

/** A packet in its order, and how many before it never came. */
export interface InOrder<T> {
  item: T;
  lost: number;
}

/**
 * Puts packets of one stream into the order of their sequence numbers. A gap holds back what follows it for
 * `patienceMs`, so that packets asked for again have time to come.
 */
export class ReorderBuffer<T> {
  readonly #patienceMs: number;
  /** In order of arrival, by unwrapped sequence number. */
  readonly #held = new Map<number, Held<T>>();
  #next = -1;
  /** Packets that never came, since the start. */
  lost = 0;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** Whether a gap holds something back. */
  get waiting(): boolean {
    return this.#held.size > 0;
  }

  /** Takes a packet. `restart` says that the numbering began anew: what was held back is to be taken before, by `drain`. */
  push(sequenceNumber: number, item: T, arrivalMs: number): 'held' | 'late' | 'restart' {
    if (this.#next < 0) this.#next = sequenceNumber;
    const distance = sequenceDifference(sequenceNumber, this.#next & 0xffff);
    if (Math.abs(distance) > MAX_STEP) return 'restart';
    if (distance < 0) return 'late';
    this.#held.set(this.#next + distance, { item, arrivalMs });
    return 'held';
  }

  /** The next packet in order, as soon as it is sure what it is. Undefined: nothing is there, or a gap may still fill. */
  take(nowMs: number): InOrder<T> | undefined {
    const next = this.#held.get(this.#next);
    if (next) return this.#release(this.#next, 0, next);
    if (this.#held.size === 0) return undefined;
    const [oldest] = this.#held.values();
    if (nowMs - oldest!.arrivalMs < this.#patienceMs && this.#held.size < MAX_HELD) return undefined;
    return this.#skip();
  }

  /** The next packet without waiting any more; undefined when none is left. */
  drain(): InOrder<T> | undefined {
    const next = this.#held.get(this.#next);
    if (next) return this.#release(this.#next, 0, next);
    return this.#held.size === 0 ? undefined : this.#skip();
  }

  /** The first packet after the gap, for whoever can do without what is missing. */
  peekAfterGap(): T | undefined {
    if (this.#held.size === 0 || this.#held.has(this.#next)) return undefined;
    return this.#held.get(Math.min(...this.#held.keys()))?.item;
  }

  /** Forgets the numbering; the next packet begins a new one. To be called after `restart` and `drain`. */
  reset(): void {
    this.#held.clear();
    this.#next = -1;
  }

  #skip(): InOrder<T> {
    const at = Math.min(...this.#held.keys());
    const lost = at - this.#next;
    this.lost += lost;
    return this.#release(at, lost, this.#held.get(at)!);
  }

  #release(at: number, lost: number, held: Held<T>): InOrder<T> {
    this.#held.delete(at);
    this.#next = at + 1;
    return { item: held.item, lost };
  }
}
