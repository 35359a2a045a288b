import { sequenceDifference } from '@alongside/rtp';

const UNKNOWN = 0;
/** Not here yet: its outgoing number is kept, the subscriber asks for it as we do. */
const HOLE = 1;
const TAKEN = 2;

/** A wider hole is a new beginning of the sender: nobody waits for what was in it. */
const MAX_HOLES = 250;

/**
 * From a source's sequence numbers to those one subscriber sees. What is left out on purpose takes no number; what is
 * lost on its way to us keeps one, since it may come yet and the subscriber must ask for it. Late packets find the
 * number kept for them. Nothing is allocated after construction.
 */
export class Renumbering {
  readonly #mask: number;
  // By source number.
  readonly #tags: Uint16Array;
  readonly #outgoing: Uint16Array;
  readonly #states: Uint8Array;
  // By outgoing number.
  readonly #outgoingTags: Uint16Array;
  readonly #sources: Int32Array;
  readonly #empty: Uint8Array;
  #highest = 0;
  #next: number;

  /**
   * @param capacityPackets how far back late packets and requests are known, a power of two
   * @param firstSequence outgoing number to begin with
   */
  constructor(capacityPackets: number, firstSequence: number) {
    this.#mask = capacityPackets - 1;
    this.#tags = new Uint16Array(capacityPackets);
    this.#outgoing = new Uint16Array(capacityPackets);
    this.#states = new Uint8Array(capacityPackets);
    this.#outgoingTags = new Uint16Array(capacityPackets);
    this.#sources = new Int32Array(capacityPackets).fill(-1);
    this.#empty = new Uint8Array(capacityPackets);
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
  take(source: number): number {
    this.#keepHoles(source);
    this.#highest = source;
    return this.#assign(source, TAKEN);
  }

  /** The next packet in order is not sent and takes no number. */
  leaveOut(source: number): void {
    this.#keepHoles(source);
    this.#highest = source;
    const index = source & this.#mask;
    this.#tags[index] = source;
    this.#states[index] = TAKEN;
  }

  /** The outgoing number kept for a late packet, −1 when there is none (it was sent, left out or never expected). */
  late(source: number): number {
    const index = source & this.#mask;
    if (this.#tags[index] !== source || this.#states[index] !== HOLE) return -1;
    this.#states[index] = TAKEN;
    return this.#outgoing[index]!;
  }

  /** Gives up one number kept for a missing packet and returns it; −1 when there is none left. */
  abandonHole(): number {
    for (let back = 1; back <= MAX_HOLES; back++) {
      const outgoing = this.late((this.#highest - back) & 0xffff);
      if (outgoing < 0) continue;
      this.markEmpty(outgoing);
      return outgoing;
    }
    return -1;
  }

  /** The source number behind an outgoing one, −1 when it is forgotten. */
  sourceOf(outgoing: number): number {
    const index = outgoing & this.#mask;
    return this.#outgoingTags[index] === outgoing ? this.#sources[index]! : -1;
  }

  /** The packet a number was kept for turned out to be one to leave out: the number is filled with nothing. */
  markEmpty(outgoing: number): void {
    this.#empty[outgoing & this.#mask] = 1;
  }

  isEmpty(outgoing: number): boolean {
    return this.#empty[outgoing & this.#mask] === 1;
  }

  #keepHoles(source: number): void {
    const missing = sequenceDifference(source, this.#highest) - 1;
    if (missing > MAX_HOLES) return;
    for (let i = 1; i <= missing; i++) this.#assign((this.#highest + i) & 0xffff, HOLE);
  }

  #assign(source: number, state: number): number {
    const outgoing = this.#next;
    this.#next = (outgoing + 1) & 0xffff;
    const index = source & this.#mask;
    this.#tags[index] = source;
    this.#states[index] = state;
    this.#outgoing[index] = outgoing;
    const back = outgoing & this.#mask;
    this.#outgoingTags[back] = outgoing;
    this.#sources[back] = source;
    this.#empty[back] = 0;
    return outgoing;
  }
}
