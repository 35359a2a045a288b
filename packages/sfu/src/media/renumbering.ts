import { sequenceDifference } from '@alongside/rtp';
import { HISTORY_MS } from './packet-ring.ts';

const UNKNOWN = 0;
/** Not here yet: its outgoing number is kept, the subscriber asks for it as we do. */
const HOLE = 1;
const SETTLED = 2;

/** A wider hole is a new beginning of the sender: nobody waits for what was in it. */
const MAX_HOLES = 250;
const MAX_CAPACITY_PACKETS = 8_192;

/**
 * From a source's sequence numbers to those one subscriber sees. What is left out on purpose takes no number; what is
 * lost on its way to us keeps one, since it may come yet and the subscriber must ask for it. Late packets find the
 * number kept for them, for 1.5 s: memory grows with the rate of the stream, and nothing else is allocated.
 */
export class Renumbering {
  #mask: number;
  // By source number.
  #tags: Uint16Array;
  #outgoing: Uint16Array;
  #states: Uint8Array;
  #highest = 0;
  #next: number;
  /** Packets since the rings began to be filled once more, and when that was. */
  #count = 0;
  #sinceMs = -1;

  /**
   * @param capacityPackets to begin with, a power of two
   * @param firstSequence outgoing number to begin with
   */
  constructor(capacityPackets: number, firstSequence: number) {
    this.#mask = capacityPackets - 1;
    this.#tags = new Uint16Array(capacityPackets);
    this.#outgoing = new Uint16Array(capacityPackets);
    this.#states = new Uint8Array(capacityPackets);
    this.#next = firstSequence & 0xffff;
  }

  /** The outgoing numbers go on, with `source` as the next packet of (another) source. */
  begin(source: number): void {
    this.#states.fill(UNKNOWN);
    this.#highest = (source - 1) & 0xffff;
  }

  /** How far `source` is ahead of the newest packet; 0 or less is late. */
  ahead(source: number): number {
    return sequenceDifference(source, this.#highest);
  }

  /** Whether this jump ahead loses the connection to what was before. */
  static isRestart(ahead: number): boolean {
    return ahead > MAX_HOLES;
  }

  /** The outgoing number of the next packet in order; what is missing before it keeps its numbers. */
  take(source: number, nowMs: number): number {
    this.#keepHoles(source, nowMs);
    this.#highest = source;
    return this.#assign(source, SETTLED, nowMs);
  }

  /** The next packet in order is not sent and takes no number. */
  leaveOut(source: number, nowMs: number): void {
    this.#keepHoles(source, nowMs);
    this.#highest = source;
    this.#advance(nowMs);
    const index = source & this.#mask;
    this.#tags[index] = source;
    this.#states[index] = SETTLED;
  }

  /** The outgoing number kept for a late packet, −1 when there is none (it was sent, left out or never expected). */
  late(source: number): number {
    const index = source & this.#mask;
    if (this.#tags[index] !== source || this.#states[index] !== HOLE) return -1;
    this.#states[index] = SETTLED;
    return this.#outgoing[index]!;
  }

  /** Gives up one number kept for a missing packet and returns it; −1 when there is none left. */
  abandonHole(): number {
    for (let back = 1; back <= MAX_HOLES; back++) {
      const outgoing = this.late((this.#highest - back) & 0xffff);
      if (outgoing >= 0) return outgoing;
    }
    return -1;
  }

  #keepHoles(source: number, nowMs: number): void {
    const missing = sequenceDifference(source, this.#highest) - 1;
    if (missing > MAX_HOLES) return;
    for (let i = 1; i <= missing; i++) this.#assign((this.#highest + i) & 0xffff, HOLE, nowMs);
  }

  #assign(source: number, state: number, nowMs: number): number {
    this.#advance(nowMs);
    const outgoing = this.#next;
    this.#next = (outgoing + 1) & 0xffff;
    const index = source & this.#mask;
    this.#tags[index] = source;
    this.#states[index] = state;
    this.#outgoing[index] = outgoing;
    return outgoing;
  }

  /** Before a packet is noted: what it would overwrite must be older than anybody waits for. */
  #advance(nowMs: number): void {
    if (this.#sinceMs < 0) this.#sinceMs = nowMs;
    if (++this.#count <= this.#mask) return;
    if (nowMs - this.#sinceMs < HISTORY_MS && this.#mask + 1 < MAX_CAPACITY_PACKETS) {
      this.#grow();
      return;
    }
    this.#count = 0;
    this.#sinceMs = nowMs;
  }

  #grow(): void {
    const tags = this.#tags;
    const outgoing = this.#outgoing;
    const states = this.#states;
    const capacity = tags.length * 2;
    this.#tags = new Uint16Array(capacity);
    this.#outgoing = new Uint16Array(capacity);
    this.#states = new Uint8Array(capacity);
    this.#mask = capacity - 1;
    for (let i = 0; i < tags.length; i++) {
      const index = tags[i]! & this.#mask;
      this.#tags[index] = tags[i]!;
      this.#outgoing[index] = outgoing[i]!;
      this.#states[index] = states[i]!;
    }
  }
}
