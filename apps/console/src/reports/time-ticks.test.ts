import { expect, it } from 'vitest';
import { timeTicks } from './time-ticks.ts';

const MINUTE = 60_000;

it.each([
  [0, 1, 1],
  [5 * MINUTE, 5, 5],
  [5 * MINUTE + 1, 6, 3],
  [84 * MINUTE, 90, 3],
  [26 * 60 * MINUTE, 30 * 60, 5],
])('%i ms reach up to %i min in %i steps', (maxMs, topMinutes, steps) => {
  const ticks = timeTicks(maxMs);
  expect(ticks[0]).toBe(0);
  expect(ticks.at(-1)).toBe(topMinutes * MINUTE);
  expect(ticks).toHaveLength(steps + 1);
});

it('never draws many lines, however long it took', () => {
  for (const days of [3, 30, 300, 3_000, 30_000]) {
    const ticks = timeTicks(days * 86_400_000);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(days * 86_400_000);
  }
});
