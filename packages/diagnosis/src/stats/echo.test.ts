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
  expect(echo!.correlation).toBeGreaterThan(0.8);
  expect(Math.abs(echo!.delayMs - 240)).toBeLessThanOrEqual(80);
  expect(echo!.confidence).toBeGreaterThan(0.6);
});

test('is found under the voice of whoever answers now and then', () => {
  const near = envelope((atMs) => 0.001 + 0.1 * far(atMs - 160) + (atMs > 4_000 && atMs < 6_000 ? own(atMs) : 0));
  expect(echoOf(envelope(far), near)!.correlation).toBeGreaterThan(0.5);
});

test('two who speak at once are no echo', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const echo = echoOf(envelope(voice(seed * 31, 20_000)), envelope(voice(seed * 97 + 5, 20_000)))!;
    expect([seed, echo.correlation < 0.6 || echo.confidence < 0.4]).toEqual([seed, true]);
  }
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
