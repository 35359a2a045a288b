import { describe, expect, it } from 'vitest';
import { createRateMeter } from './rate-meter.ts';

describe('createRateMeter', () => {
  it('says nothing until it can, then bits per second over the last seconds', () => {
    const meter = createRateMeter();
    meter.add(0, 0);
    meter.add(10_000, 100);
    expect(meter.rateBps()).toBeNull();
    for (let atMs = 200; atMs <= 10_000; atMs += 100) meter.add(atMs * 100, atMs);
    expect(meter.rateBps()).toBeCloseTo(800_000);
    // It slows down to a tenth: after the window nothing of the old speed is left.
    for (let atMs = 10_100; atMs <= 15_000; atMs += 100) meter.add(1_000_000 + (atMs - 10_000) * 10, atMs);
    expect(meter.rateBps()).toBeCloseTo(80_000);
    meter.reset();
    expect(meter.rateBps()).toBeNull();
  });
});
