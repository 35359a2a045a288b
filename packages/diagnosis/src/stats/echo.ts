/** How loud something was, at times in order. Levels are linear, 0 to 1; about 20 to 50 of them a second. */
export type Envelope = { readonly atMs: ArrayLike<number>; readonly level: ArrayLike<number> };

/** How much one sound returns in another. */
export type Echo = {
  /** Of the two envelopes, −1 to 1, where it is largest. */
  correlation: number;
  /** By how much the second lags behind the first there, ms. */
  delayMs: number;
  /** 0 to 1: how far that peak stands out of what unrelated sounds give by chance. */
  confidence: number;
};

/** Syllables last 100 to 300 ms: at this step they are told apart. */
const STEP_MS = 40;

/** Less sound than this says nothing, ms. */
const LEAST_MS = 6_000;

/** Below this nothing is heard; an envelope is flat there, dB. */
const FLOOR_DB = -60;

/** Envelopes that hardly move (hum, silence) resemble anything, dB of standard deviation. */
const LEAST_SWING_DB = 3;

/** Beyond it nobody waits for an answer any more, ms. */
const LONGEST_DELAY_MS = 1_500;

/** A syllable in another place is another peak, ms. */
const PEAK_WIDTH_MS = 240;

/**
 * How much of one sound returns in another: the normalised cross-correlation of their envelopes in dB (so that the loss
 * on the way back is a constant and drops out), at the lag where it is largest.
 * @param far what may return: what a loudspeaker plays, or what was sent
 * @param near in what it may return: what the microphone brings, or what is received
 * @returns null where there is too little, or one of the two hardly moves
 */
export function echoOf(far: Envelope, near: Envelope, longestDelayMs = LONGEST_DELAY_MS): Echo | null {
  const fromMs = Math.max(firstOf(far), firstOf(near));
  const toMs = Math.min(lastOf(far), lastOf(near));
  if (!(toMs - fromMs >= LEAST_MS)) return null;
  const length = Math.floor((toMs - fromMs) / STEP_MS);
  const a = sampled(far, fromMs, length);
  const b = sampled(near, fromMs, length);
  if (swingOf(a, 0, length) < LEAST_SWING_DB || swingOf(b, 0, length) < LEAST_SWING_DB) return null;
  const lags = Math.min(Math.floor(longestDelayMs / STEP_MS), length >> 1);
  const correlations = Float64Array.from({ length: lags + 1 }, (_, lag) => correlationAt(a, b, lag));
  let peak = 0;
  for (let lag = 1; lag <= lags; lag++) if (correlations[lag]! > correlations[peak]!) peak = lag;
  let beside = 0;
  for (let lag = 0; lag <= lags; lag++)
    if (Math.abs(lag - peak) * STEP_MS > PEAK_WIDTH_MS) beside = Math.max(beside, correlations[lag]!);
  const correlation = correlations[peak]!;
  return { correlation, delayMs: peak * STEP_MS, confidence: confidenceOf(correlation, beside, length - peak) };
}

const firstOf = ({ atMs }: Envelope) => atMs[0] ?? Number.POSITIVE_INFINITY;
const lastOf = ({ atMs }: Envelope) => atMs[atMs.length - 1] ?? Number.NEGATIVE_INFINITY;

/** The envelope in dB at even steps: the loudest of each, and what was before where a step has none. */
function sampled({ atMs, level }: Envelope, fromMs: number, length: number): Float64Array {
  const steps = new Float64Array(length).fill(Number.NaN);
  for (let index = 0; index < atMs.length; index++) {
    const step = Math.floor((atMs[index]! - fromMs) / STEP_MS);
    const db = Math.max(FLOOR_DB, 20 * Math.log10(level[index]!));
    if (step >= 0 && step < length && !(steps[step]! >= db)) steps[step] = db;
  }
  let last = FLOOR_DB;
  for (let step = 0; step < length; step++) {
    if (Number.isNaN(steps[step]!)) steps[step] = last;
    last = steps[step]!;
  }
  return steps;
}

function swingOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  let squares = 0;
  for (let index = from; index < to; index++) {
    sum += values[index]!;
    squares += values[index]! ** 2;
  }
  const mean = sum / (to - from);
  return Math.sqrt(Math.max(0, squares / (to - from) - mean ** 2));
}

/** Pearson's correlation of `a` with `b` so many steps later. */
function correlationAt(a: Float64Array, b: Float64Array, lag: number): number {
  const count = a.length - lag;
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let index = 0; index < count; index++) {
    const x = a[index]!;
    const y = b[index + lag]!;
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  const spread = (squaresA - sumA ** 2 / count) * (squaresB - sumB ** 2 / count);
  return spread > 0 ? (products - (sumA * sumB) / count) / Math.sqrt(spread) : 0;
}

/**
 * Neighbouring steps of speech are alike, so that about every sixth is news: unrelated sounds correlate by 1/√n of those,
 * and of many lags the best lies near three times that. A rhythm that fits at several lags is sure of none.
 */
function confidenceOf(correlation: number, beside: number, steps: number): number {
  const chance = 3 / Math.sqrt(steps / 6);
  const aboveChance = clamped((correlation - chance / 2) / Math.max(0.1, 0.9 - chance / 2));
  const standsOut = clamped((correlation - beside) / 0.2);
  return Math.round(aboveChance * (0.4 + 0.6 * standsOut) * 100) / 100;
}

const clamped = (value: number) => Math.min(1, Math.max(0, value));
