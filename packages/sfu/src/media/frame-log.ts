const FRAMES = 64;

/** What becomes of a frame. `expected`: none of its packets has come, it has been given a number in case it does. */
export const FATE = { leftOut: 0, admitted: 1, expected: 2 } as const;
export type Fate = (typeof FATE)[keyof typeof FATE];

/**
 * What was decided about the last frames of a stream, by a key of the codec's choosing, so that all packets of a frame
 * share one fate and late ones are numbered as the others were. The newest is found first.
 */
export class FrameLog {
  readonly #keys = new Int32Array(FRAMES).fill(-1);
  readonly #fates = new Uint8Array(FRAMES);
  readonly #offsets = new Int32Array(FRAMES);
  #newest = 0;

  /** Where the frame is, −1 when it is not known. */
  find(key: number): number {
    for (let i = 0; i < FRAMES; i++) {
      const index = (this.#newest - i) & (FRAMES - 1);
      if (this.#keys[index] === key) return index;
    }
    return -1;
  }

  /** @param offset what the codec's number of this frame is moved by */
  add(key: number, fate: Fate, offset: number): void {
    this.#newest = (this.#newest + 1) & (FRAMES - 1);
    this.#keys[this.#newest] = key;
    this.#fates[this.#newest] = fate;
    this.#offsets[this.#newest] = offset;
  }

  /** An expected frame came. */
  settle(index: number, fate: Fate): void {
    this.#fates[index] = fate;
  }

  fate(index: number): Fate {
    return this.#fates[index] as Fate;
  }

  offset(index: number): number {
    return this.#offsets[index]!;
  }
}
