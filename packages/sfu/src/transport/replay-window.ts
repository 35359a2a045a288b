/** Packets this far behind the newest are still told apart; RTX and slow paths reorder widely. */
export const REPLAY_WINDOW_SIZE = 2048;

const WORDS = REPLAY_WINDOW_SIZE / 32;

/**
 * Remembers which packet indexes were seen (RFC 3711 §3.3.2, RFC 6347 §4.1.2.6): anything seen before or too old to
 * tell is not fresh. Ask before authenticating, add only after.
 */
export class ReplayWindow {
  #highest = -1;
  readonly #bits = new Uint32Array(WORDS);

  get highest(): number {
    return this.#highest;
  }

  isFresh(index: number): boolean {
    if (index > this.#highest) return true;
    if (index < 0 || index <= this.#highest - REPLAY_WINDOW_SIZE) return false;
    const bit = index % REPLAY_WINDOW_SIZE;
    return (this.#bits[bit >>> 5]! & (1 << (bit & 31))) === 0;
  }

  add(index: number): void {
    const ahead = index - this.#highest;
    if (ahead > 0) {
      if (ahead >= REPLAY_WINDOW_SIZE) {
        this.#bits.fill(0);
      } else {
        for (let i = this.#highest + 1; i < index; i++) {
          const bit = i % REPLAY_WINDOW_SIZE;
          this.#bits[bit >>> 5]! &= ~(1 << (bit & 31));
        }
      }
      this.#highest = index;
    }
    const bit = index % REPLAY_WINDOW_SIZE;
    this.#bits[bit >>> 5]! |= 1 << (bit & 31);
  }
}
