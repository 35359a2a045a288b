/** How loud something was, at times in order. Levels are linear, 0 to 1; about 20 to 50 of them a second. */
export type Envelope = { readonly atMs: ArrayLike<number>; readonly level: ArrayLike<number> };

/** How much one sound returns in another. */
export type Echo = {
  /**
   * 0 to 1: of the moments in which the first is loud, the share in which the second follows it at one loss and one delay.
   * Unrelated voices reach 0.2 to 0.35 by chance.
   */
  correlation: number;
  /** By how much the second lags behind the first there, ms. */
  delayMs: number;
  /** 0 to 1: how far that stands out of chance, and of every other delay. */
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

/** Moments of the first no quieter than this below its loudest are loud, dB. */
const LOUD_DB = 12;

/** A return is heard where the second lies so far above its own floor, dB. */
const HEARD_DB = 6;

/** A loss that holds this closely is one loss, dB either way; echoes that are louder than what they return are none. */
const SAME_LOSS_DB = 2;
const LOUDEST_DB = 3;

/** Fewer loud moments (a second) say nothing. */
const LEAST_LOUD = 25;

/** What unrelated voices reach by chance, and what makes sure; and how far above every other delay it has to stand. */
const SURE = { chance: 0.3, enough: 0.55, aboveOthers: 0.12 };

/**
 * How much of one sound returns in another. Both are compared as envelopes in dB, in which the loss on the way back is a
 * constant: at the delay of an echo the second follows the first at that loss, but for the moments in which somebody near
 * speaks louder than it; at any other delay, and without an echo, their difference is spread wide.
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
  if (swingOf(a) < LEAST_SWING_DB || swingOf(b) < LEAST_SWING_DB) return null;
  const loudDb = quantileOf(a, 0.97) - LOUD_DB;
  const heardDb = quantileOf(b, 0.05) + HEARD_DB;
  const lags = Math.min(Math.floor(longestDelayMs / STEP_MS), length >> 1);
  const shares = Float64Array.from({ length: lags + 1 }, (_, lag) => shareAt(a, b, lag, loudDb, heardDb));
  let peak = 0;
  for (let lag = 1; lag <= lags; lag++) if (shares[lag]! > shares[peak]!) peak = lag;
  let beside = 0;
  for (let lag = 0; lag <= lags; lag++)
    if (Math.abs(lag - peak) * STEP_MS > PEAK_WIDTH_MS) beside = Math.max(beside, shares[lag]!);
  const correlation = shares[peak]!;
  return { correlation, delayMs: peak * STEP_MS, confidence: confidenceOf(correlation, beside) };
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

function swingOf(values: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value ** 2;
  }
  const mean = sum / values.length;
  return Math.sqrt(Math.max(0, squares / values.length - mean ** 2));
}

const quantileOf = (values: Float64Array, share: number): number =>
  values.toSorted()[Math.min(values.length - 1, Math.floor(values.length * share))]!;

/** Of the loud moments of `a` the share in which `b`, so many steps later, is heard at the loss most of them have. */
function shareAt(a: Float64Array, b: Float64Array, lag: number, loudDb: number, heardDb: number): number {
  const byLoss = new Uint16Array(LOUDEST_DB - FLOOR_DB + 1);
  let loud = 0;
  for (let index = 0; index + lag < a.length; index++) {
    if (a[index]! < loudDb) continue;
    loud += 1;
    const level = b[index + lag]!;
    const loss = Math.round(level - a[index]!);
    if (level >= heardDb && loss <= LOUDEST_DB && loss >= FLOOR_DB) byLoss[loss - FLOOR_DB]! += 1;
  }
  if (loud < LEAST_LOUD) return 0;
  let most = 0;
  for (let centre = SAME_LOSS_DB; centre < byLoss.length - SAME_LOSS_DB; centre++) {
    let count = 0;
    for (let by = -SAME_LOSS_DB; by <= SAME_LOSS_DB; by++) count += byLoss[centre + by]!;
    most = Math.max(most, count);
  }
  return most / loud;
}

/** A rhythm that fits at several delays is sure of none. */
function confidenceOf(correlation: number, beside: number): number {
  const aboveChance = clamped((correlation - SURE.chance) / (SURE.enough - SURE.chance));
  return Math.round(aboveChance * clamped((correlation - beside) / SURE.aboveOthers) * 100) / 100;
}

const clamped = (value: number) => Math.min(1, Math.max(0, value));
