import { expect, it } from 'vitest';
import { createRetries } from './retries.ts';

/** All its pauses, ms, until it gives the room up. */
function pausesOf(hasBackups: boolean, random: number): number[] {
  const retries = createRetries(hasBackups, () => random);
  const pauses: number[] = [];
  for (let retryCount = 0; ; retryCount += 1) {
    const pauseMs = retries.nextRetryDelayInMs({ retryCount, elapsedMs: 0 });
    if (pauseMs === null) return pauses;
    pauses.push(pauseMs);
  }
}

it('tries at least every three seconds for as long as a server takes to start again', () => {
  const pauses = pausesOf(false, 0.999);
  let elapsedMs = 0;
  for (const pauseMs of pauses) {
    if (elapsedMs < 12_000) expect(pauseMs).toBeLessThanOrEqual(3_000);
    elapsedMs += pauseMs;
  }
  // On average not sooner than the outer loop's own longest pause: entering anew costs more than mending.
  expect(pausesOf(false, 0.5).reduce((sum, pauseMs) => sum + pauseMs, 0)).toBeGreaterThan(20_000);
});

it('gives a room up soon where there are other addresses', () => {
  expect(pausesOf(true, 0.999).reduce((sum, pauseMs) => sum + pauseMs, 0)).toBeLessThan(3_000);
});

it('spreads those who were cut off together', () => {
  for (const hasBackups of [true, false]) {
    const early = pausesOf(hasBackups, 0);
    const late = pausesOf(hasBackups, 0.999);
    for (const [index, pauseMs] of early.entries()) expect(late[index]! - pauseMs).toBeGreaterThan(250);
  }
});
