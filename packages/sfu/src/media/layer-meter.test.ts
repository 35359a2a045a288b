import { expect, test } from 'vitest';
import { LayerMeter } from './layer-meter.ts';

test('rates are those of the last second, by layer', () => {
  const meter = new LayerMeter();
  for (let ms = 0; ms < 5_000; ms += 20) meter.onPacket(0, (ms / 20) % 2, 250, true, ms);
  expect(meter.bitrateBps(0, 0, 5_000)).toBeGreaterThan(45_000);
  expect(meter.bitrateBps(0, 0, 5_000)).toBeLessThan(55_000);
  expect(meter.framesPerSecond(0, 1, 5_000)).toBeGreaterThan(23);
  expect(meter.framesPerSecond(0, 1, 5_000)).toBeLessThan(27);
  expect(meter.bitrateBps(1, 0, 5_000)).toBe(0);
  expect(meter.bitrateBps(0, 0, 5_500), 'half a second of silence').toBeLessThan(30_000);
  expect(meter.bitrateBps(0, 0, 9_000), 'all of it').toBe(0);
  expect(meter.lastArrivalMs(0)).toBe(4_980);
  expect(meter.lastArrivalMs(1)).toBe(Number.NEGATIVE_INFINITY);
});

test('the first key frame is not taken for a rate, and layers out of range are counted, not lost', () => {
  const meter = new LayerMeter();
  meter.onPacket(0, 0, 3_000, true, 1_000);
  expect(meter.bitrateBps(0, 0, 1_001)).toBe(80_000);
  meter.onPacket(7, 7, 300, true, 1_001);
  meter.onPacket(-1, -1, 300, true, 1_001);
  expect(meter.bitrateBps(2, 3, 1_001)).toBe(8_000);
  expect(meter.bitrateBps(0, 0, 1_001)).toBe(88_000);
});
