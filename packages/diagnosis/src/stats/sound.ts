/** At and above it a sample of −1…1 is at the end of what can be told apart. */
const FULL_SCALE = 0.985;

/** So many in a row are a peak that was cut off, and no chance. */
const LEAST_RUN = 3;

/**
 * How much of a sound is cut off at full scale.
 * @param samples −1 to 1, as `AnalyserNode.getFloatTimeDomainData` gives them
 * @returns share of the samples that stand in a row at full scale
 */
export function clippedRatioOf(samples: ArrayLike<number>): number {
  let clipped = 0;
  let run = 0;
  for (let index = 0; index <= samples.length; index++) {
    if (index < samples.length && Math.abs(samples[index]!) >= FULL_SCALE) {
      run += 1;
      continue;
    }
    if (run >= LEAST_RUN) clipped += run;
    run = 0;
  }
  return samples.length === 0 ? 0 : clipped / samples.length;
}

/** Root mean square of samples of −1 to 1. */
export function rmsOf(samples: ArrayLike<number>): number {
  let squares = 0;
  for (let index = 0; index < samples.length; index++) squares += samples[index]! ** 2;
  return samples.length === 0 ? 0 : Math.sqrt(squares / samples.length);
}

/** Whoever speaks, pauses between words for more than this share of the time. */
const QUIET_SHARE = 0.1;

/** Fewer say nothing. */
const LEAST_LEVELS = 20;

/**
 * How loud it is while nobody speaks: the level undercut a tenth of the time.
 * @param levels root mean squares of about 20 to 50 ms each, over a few seconds
 * @returns linear, 0 to 1; null for too few
 */
export function noiseFloorOf(levels: ArrayLike<number>): number | null {
  if (levels.length < LEAST_LEVELS) return null;
  const sorted = Float64Array.from(levels).sort();
  return sorted[Math.floor(sorted.length * QUIET_SHARE)]!;
}
