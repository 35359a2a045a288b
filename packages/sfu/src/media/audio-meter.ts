/** Quieter than this (−dBov, larger is quieter) nobody is speaking. */
const ACTIVE_LEVEL_DBOV = 35;
/** This part of an interval must be loud for its speaker to count. */
const ACTIVE_RATIO = 0.4;
const FRAME_MS = 20;

/**
 * Loudness of one audio source over intervals, from the audio-level extension (RFC 6464): no decoding needed. A source
 * is active when enough of the interval was loud; its level runs from 0 to 1.
 */
export class AudioMeter {
  #loudFrames = 0;
  #loudest = 127;
  #smoothed = 0;

  onLevel(dbov: number): void {
    if (dbov < 0 || dbov > ACTIVE_LEVEL_DBOV) return;
    this.#loudFrames++;
    if (dbov < this.#loudest) this.#loudest = dbov;
  }

  /** Ends the interval and returns its level, 0 when not active. */
  take(intervalMs: number): number {
    const active = this.#loudFrames * FRAME_MS >= intervalMs * ACTIVE_RATIO;
    const level = active ? 10 ** (-this.#loudest / 20) : 0;
    this.#loudFrames = 0;
    this.#loudest = 127;
    // Half of the last interval stays, so that the breath between two words does not end a turn.
    this.#smoothed = (this.#smoothed + level) / 2;
    if (this.#smoothed < 10 ** (-ACTIVE_LEVEL_DBOV / 20) / 4) this.#smoothed = 0;
    return this.#smoothed === 0 ? 0 : Math.ceil(Math.min(1, this.#smoothed) * 8) / 8;
  }
}
