/**
 * Offset of the primary block's data inside the RED payload `buffer[start, end)` (RFC 2198); −1 when broken.
 * Makes no objects: this runs per packet.
 */
export function redPrimaryOffset(buffer: Uint8Array, start: number, end: number): number {
  let head = start;
  let redundantBytes = 0;
  for (;;) {
    if (head >= end) return -1;
    if ((buffer[head]! & 0x80) === 0) break;
    if (head + 4 > end) return -1;
    redundantBytes += ((buffer[head + 2]! & 3) << 8) | buffer[head + 3]!;
    head += 4;
  }
  const at = head + 1 + redundantBytes;
  return at > end ? -1 : at;
}

/** A sender puts a handful of blocks into a packet; more is no RED we know. */
const MAX_RED_BLOCKS = 16;

/** A reusable window on the redundant blocks of a RED payload, oldest first; makes no objects. */
export class RedView {
  /** Redundant blocks, the primary not counted. */
  count = 0;
  /** Where the primary's data starts. */
  primaryOffset = 0;
  readonly #ages = new Uint16Array(MAX_RED_BLOCKS);
  readonly #offsets = new Uint16Array(MAX_RED_BLOCKS);
  readonly #lengths = new Uint16Array(MAX_RED_BLOCKS);

  /** Reads the payload `buffer[start, end)`; false when it is broken. */
  parse(buffer: Uint8Array, start: number, end: number): boolean {
    this.count = 0;
    let head = start;
    for (; ; head += 4) {
      if (head >= end) return false;
      if ((buffer[head]! & 0x80) === 0) break;
      if (head + 4 > end || this.count >= MAX_RED_BLOCKS) return false;
      this.#ages[this.count] = (buffer[head + 1]! << 6) | (buffer[head + 2]! >> 2);
      this.#lengths[this.count] = ((buffer[head + 2]! & 3) << 8) | buffer[head + 3]!;
      this.count++;
    }
    let at = head + 1;
    for (let i = 0; i < this.count; i++) {
      this.#offsets[i] = at;
      at += this.#lengths[i]!;
    }
    this.primaryOffset = at;
    return at <= end;
  }

  /** How much older than the packet's timestamp the block is, timestamp units. */
  age(index: number): number {
    return this.#ages[index]!;
  }

  offset(index: number): number {
    return this.#offsets[index]!;
  }

  length(index: number): number {
    return this.#lengths[index]!;
  }
}
