/** The rate is taken over this much of the past, ms: long enough to be calm, short enough to tell a change. */
const WINDOW_MS = 4_000;

export type RateMeter = {
  /** @param totalBytes how much has been sent altogether @param atMs when */
  add(totalBytes: number, atMs: number): void;
  /** Bits per second; null until it can be told. */
  rateBps(): number | null;
  reset(): void;
};

/** Measures how fast a transfer goes. */
export function createRateMeter(): RateMeter {
  let samples: { bytes: number; atMs: number }[] = [];
  return {
    add(bytes, atMs) {
      samples.push({ bytes, atMs });
      // One sample older than the window stays: it is where the window begins.
      while (samples.length > 2 && samples[1]!.atMs <= atMs - WINDOW_MS) samples.shift();
    },
    rateBps() {
      const first = samples[0];
      const last = samples.at(-1);
      if (!first || !last || last.atMs - first.atMs < 500) return null;
      return ((last.bytes - first.bytes) * 8_000) / (last.atMs - first.atMs);
    },
    reset() {
      samples = [];
    },
  };
}
