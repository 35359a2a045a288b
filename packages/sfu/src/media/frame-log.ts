const FRAMES = 64;

/**
 * What becomes of a frame. From `expected` on: none of its packets has come and it has been given a number in case one
 * does; what is above `expected` is the highest temporal layer it may be of.
 */
export const FATE = { leftOut: 0, admitted: 1, expected: 2 } as const;

/**
 * What was decided about the last frames of a stream, by a key of the codec's choosing, so that all packets of a frame
 * share one fate and late ones are numbered as the others were. The newest is found first.
 */
export class FrameLog {
  readonly #keys = new Int32Array(FRAMES).fill(-1);
  readonly #fates = new Uint8Array(FRAMES);
  readonly #offsets = new Int32Array(FRAMES);
  readonly #tops = new Uint8Array(FRAMES);
  #newest = 0;

  /** Where the frame is, −1 when it is not known. */
  find(key: number): number {
    for (let i = 0; i < FRAMES; i++) {
      const index = (this.#newest - i) & (FRAMES - 1);
      if (this.#keys[index] === key) return index;
    }
    return -1;
  }

  /**
   * @param offset what the codec's number of this frame is moved by, or whatever else the codec has to remember
   * @param top highest spatial layer of the picture as it goes out
   */
  add(key: number, fate: number, offset: number, top = 0): void {
    this.#newest = (this.#newest + 1) & (FRAMES - 1);
    this.#keys[this.#newest] = key;
    this.#fates[this.#newest] = fate;
    this.#offsets[this.#newest] = offset;
    this.#tops[this.#newest] = top;
  }

  /** An expected frame came. */
  settle(index: number, fate: number): void {
    this.#fates[index] = fate;
  }

  fate(index: number): number {
    return this.#fates[index]!;
  }

  top(index: number): number {
    return this.#tops[index]!;
  }

  offset(index: number): number {
    return this.#offsets[index]!;
  }
}
