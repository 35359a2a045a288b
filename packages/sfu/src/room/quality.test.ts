import { expect, test } from 'vitest';
import { qualityScore } from './quality.ts';

test('quality falls with loss and delay', () => {
  const score = (lossUpRatio: number, roundTripMs = 50): number =>
    qualityScore({ lossUpRatio, lossDownRatio: 0, roundTripMs, jitterMs: 2, givenRatio: 1 });
  expect(score(0)).toBeGreaterThan(90);
  expect(score(0.3)).toBeLessThan(score(0.05));
  expect(score(0, 900)).toBeLessThan(score(0));
});
