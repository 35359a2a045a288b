import { describe, expect, it } from 'vitest';
import { BACKOFF_CAP_MS, backoffMs } from './backoff.ts';

describe('backoffMs', () => {
  it('doubles up to the cap and never beyond it', () => {
    expect([1, 2, 3, 4].map((failures) => backoffMs(failures, 0.999999))).toEqual([500, 1000, 2000, 4000]);
    for (const failures of [6, 7, 50, 10_000])
      expect(backoffMs(failures, 0.999999)).toBeLessThanOrEqual(BACKOFF_CAP_MS);
    expect(backoffMs(10_000, 0.999999)).toBeGreaterThan(BACKOFF_CAP_MS * 0.99);
  });

  it('spreads over the upper half', () => {
    expect(backoffMs(3, 0)).toBe(1000);
    expect(backoffMs(3, 0.5)).toBe(1500);
  });
});
