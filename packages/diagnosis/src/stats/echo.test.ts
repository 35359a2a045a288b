import { expect, test } from 'vitest';
import { type Envelope, echoOf } from './echo.ts';

/** Somebody who speaks: syllables of changing loudness with pauses between sentences, over the noise of a room. */
function voice(seed: number, lengthMs: number): (atMs: number) => number {
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const syllables: { fromMs: number; toMs: number; level: number }[] = [];
  for (let atMs = 0; atMs < lengthMs; ) {
    const toMs = atMs + 100 + random() * 200;
    syllables.push({ fromMs: atMs, toMs, level: 0.05 + random() * 0.3 });
    atMs = toMs + (random() < 0.15 ? 600 + random() * 1_200 : 20 + random() * 100);
  }
  return (atMs) => syllables.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)?.level ?? 0.002;
}

function envelope(level: (atMs: number) => number, stepMs = 50, lengthMs = 12_000, startMs = 1_000): Envelope {
  const count = Math.floor(lengthMs / stepMs);
  const atMs = Float64Array.from({ length: count }, (_, index) => startMs + index * stepMs);
  return { atMs, level: atMs.map(level) };
}

const far = voice(7, 20_000);
const own = voice(99, 20_000);

test('what returns later and quieter is an echo, with its delay', () => {
  const echo = echoOf(
    envelope(far),
    envelope((atMs) => 0.001 + 0.05 * far(atMs - 240), 33),
  );
  expect(echo!.correlation).toBeGreaterThan(0.6);
  expect(Math.abs(echo!.delayMs - 240)).toBeLessThanOrEqual(80);
  expect(echo!.confidence).toBeGreaterThan(0.6);
});

const near = (voiceOf: (atMs: number) => number, gain: number) =>
  envelope((atMs) => Math.hypot(0.001, gain * far(atMs - 160), voiceOf(atMs)));

test('is found under the voice of whoever answers now and then', () => {
  const echo = echoOf(
    envelope(far),
    near((atMs) => (atMs > 4_000 && atMs < 8_000 ? own(atMs) : 0), 0.1),
  )!;
  expect(echo.confidence).toBeGreaterThan(0.5);
  expect(Math.abs(echo.delayMs - 160)).toBeLessThanOrEqual(80);
});

test('mostly even under somebody who speaks all the time; two who speak at once are no echo', () => {
  let found = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const [one, two] = [voice(seed * 31, 20_000), voice(seed * 97 + 5, 20_000)];
    const unrelated = echoOf(envelope(one), envelope(two))!;
    expect([seed, unrelated.confidence < 0.4]).toEqual([seed, true]);
    const mixed = echoOf(
      envelope(one),
      envelope((atMs) => Math.hypot(two(atMs), 0.4 * one(atMs - 280))),
    )!;
    if (mixed.confidence >= 0.4 && Math.abs(mixed.delayMs - 280) <= 80) found += 1;
  }
  expect(found).toBeGreaterThan(40);
});

test('a rhythm that fits anywhere makes nobody sure', () => {
  const beep = (atMs: number) => (atMs % 500 < 100 ? 0.3 : 0.001);
  expect(
    echoOf(
      envelope(beep),
      envelope((atMs) => 0.1 * beep(atMs - 200)),
    )!.confidence,
  ).toBeLessThan(0.45);
});

test('says nothing of silence, of hum, or of a moment', () => {
  expect(
    echoOf(
      envelope(() => 0),
      envelope(far),
    ),
  ).toBeNull();
  expect(
    echoOf(
      envelope(far),
      envelope(() => 0.02),
    ),
  ).toBeNull();
  expect(echoOf(envelope(far, 50, 3_000), envelope(far, 50, 3_000))).toBeNull();
  expect(echoOf({ atMs: [], level: [] }, envelope(far))).toBeNull();
});
