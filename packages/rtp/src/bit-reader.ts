/** Reads bits, most significant first, from a window of bytes. Past the end it reads zeros and `overrun` says so. */
export class BitReader {
  #buffer: Uint8Array = new Uint8Array(0);
  #end = 0;
  /** Position in bits from the start of the buffer. */
  position = 0;
  /** Whether more was read than there is. */
  overrun = false;

  open(buffer: Uint8Array, start: number, end: number): void {
    this.#buffer = buffer;
    this.position = start * 8;
    this.#end = end * 8;
    this.overrun = false;
  }

  /** The next `count` bits, at most 31. */
  bits(count: number): number {
    if (this.position + count > this.#end) {
      this.position = this.#end;
      this.overrun = true;
      return 0;
    }
    let value = 0;
    for (let i = 0; i < count; i++) {
      const byte = this.#buffer[this.position >> 3]!;
      value = (value << 1) | ((byte >> (7 - (this.position & 7))) & 1);
      this.position++;
    }
    return value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** A number below `count` in as few bits as it takes: `ns(n)` of the AV1 specification §4.10.7. */
  nonSymmetric(count: number): number {
    let width = 0;
    for (let rest = count; rest !== 0; rest >>= 1) width++;
    const short = (1 << width) - count;
    const value = this.bits(width - 1);
    if (value < short) return value;
    return (value << 1) - short + this.bits(1);
  }
}
