import { expect, test } from 'vitest';
import { type Envelope, echoOf } from '../../stats/echo.ts';
import { audioCall, callOf, seconds, type TestCall } from '../../testing.ts';
import { echo } from './echo.ts';

/** How a client looks (`sound-probe.ts`): levels of 50 ms, twelve seconds of them, every four seconds. */
const BLOCK_MS = 50;
const LOOK_BLOCKS = 240;
const EVERY_S = 4;
/** More of them (ECHO_PAIRS=400 for 13 hours) tell the figures the rule's thresholds come from. */
const PAIRS = Number(process.env.ECHO_PAIRS ?? 20);
const TALK_S = 120;

/** Numbers from 0 to 1, the same each time (constants of Numerical Recipes). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Somebody who talks and listens in turn: syllables at a tempo of their own, pauses, and a room's noise. Levels of blocks. */
function talk(random: () => number): number[] {
  const levels = Array.from({ length: (TALK_S * 1_000) / BLOCK_MS }, () => 0.002 * (0.8 + 0.4 * random()));
  const tempo = 0.8 + 0.5 * random();
  let turnEndsMs = 0;
  let speaks = false;
  for (let atMs = 0; atMs < TALK_S * 1_000; ) {
    if (atMs >= turnEndsMs) {
      speaks = !speaks;
      turnEndsMs = atMs + 1_000 * (speaks ? 3 + 12 * random() : 2 + 8 * random());
    }
    const lengthMs = (80 + 220 * random()) * tempo;
    const loudest = (0.05 + 0.3 * random()) * (speaks ? 1 : 0.02);
    for (
      let block = Math.ceil(atMs / BLOCK_MS);
      block < (atMs + lengthMs) / BLOCK_MS && block < levels.length;
      block++
    ) {
      const share = (block * BLOCK_MS - atMs) / lengthMs;
      levels[block] = Math.hypot(levels[block]!, loudest * Math.min(1, 3 * share, 1.5 * (1 - share) + 0.1));
    }
    atMs += lengthMs + (random() < 0.12 ? 500 + 2_000 * random() : (20 + 80 * random()) * tempo);
  }
  return levels;
}

const envelope = (levels: readonly number[], from: number): Envelope => ({
  atMs: Array.from({ length: LOOK_BLOCKS }, (_, block) => block * BLOCK_MS),
  level: levels.slice(from, from + LOOK_BLOCKS),
});

/** What a client tells of `far`, which may return in `near`. @param longestMs as it looks: what is sent, or received */
function looksAt(far: readonly number[], near: readonly number[], direction: 'send' | 'receive'): TestCall {
  const longestMs = direction === 'send' ? 1_500 : 2_500;
  const rows = seconds(TALK_S, {}).map((_, second) => {
    const from = (second * 1_000) / BLOCK_MS - LOOK_BLOCKS;
    if (from < 0 || second % EVERY_S !== 0) return { audioLevel: 0.1 };
    const found = echoOf(envelope(far, from), envelope(near, from), longestMs);
    if (!found) return { audioLevel: 0.1 };
    return { echoCorrelation: found.correlation, echoDelayMs: found.delayMs, echoConfidence: found.confidence };
  });
  return audioCall(rows, direction);
}

/** @returns when it was told first, s since the call began; null: never */
function toldAfterS(call: TestCall): number | null {
  const session = callOf(call);
  const [first] = echo.find(session);
  if (!first) return null;
  const rows = call.tracks![0]!.rows;
  // As it would have been told while the call went on.
  for (let second = LOOK_BLOCKS / 20; second <= rows.length; second += EVERY_S) {
    const [track] = call.tracks!;
    if (echo.find(callOf({ tracks: [{ ...track!, rows: rows.slice(0, second + 1) }] })).length > 0) return second;
  }
  return null;
}

test('two who talk with each other are no echo', () => {
  const random = numbers(7);
  let alarms = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    const [one, other] = [talk(random), talk(random)];
    for (const [far, near] of [[one, other] as const, [other, one] as const]) {
      for (const direction of ['send', 'receive'] as const) {
        if (echo.find(callOf(looksAt(far, near, direction))).length > 0) alarms += 1;
      }
    }
  }
  if (process.env.ECHO_PAIRS) console.log(`${alarms} alarms in ${(PAIRS * TALK_S) / 3_600} hours`);
  expect(alarms).toBe(0);
});

test.each([0.5, 0.25, 0.1])('an echo that returns at %f of its loudness is found within a minute', (gain) => {
  const random = numbers(11);
  const afterS: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const [one, other] = [talk(random), talk(random)];
    const delay = Math.round((120 + 280 * random()) / BLOCK_MS);
    const near = other.map((level, block) => Math.hypot(level, gain * (one[block - delay] ?? 0)));
    const told = toldAfterS(looksAt(one, near, 'send'));
    if (told !== null && told <= 60) afterS.push(told);
  }
  afterS.sort((a, b) => a - b);
  if (process.env.ECHO_PAIRS)
    console.log(`gain ${gain}: ${afterS.length} of ${PAIRS}, half after ${afterS[afterS.length >> 1]} s`);
  expect(afterS.length).toBeGreaterThanOrEqual(PAIRS * 0.9);
});
