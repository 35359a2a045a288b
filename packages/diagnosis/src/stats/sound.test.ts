import { expect, test } from 'vitest';
import { clippedRatioOf, noiseFloorOf, rmsOf } from './sound.ts';

const sine = (amplitude: number) =>
  Float32Array.from({ length: 4_800 }, (_, at) => Math.max(-1, Math.min(1, amplitude * Math.sin(at / 20))));

test('peaks that are cut off count, a full but whole wave does not', () => {
  expect(clippedRatioOf(sine(0.9))).toBe(0);
  expect(clippedRatioOf(sine(2))).toBeGreaterThan(0.5);
  expect(clippedRatioOf([0, 1, 0, 1, 1, 0])).toBe(0);
  expect(clippedRatioOf([0, 1, 1, 1])).toBe(0.75);
  expect(clippedRatioOf([])).toBe(0);
});

test('the root mean square of a wave is its amplitude by √2', () => {
  expect(rmsOf(sine(0.5))).toBeCloseTo(0.5 / Math.SQRT2, 2);
  expect(rmsOf([])).toBe(0);
});

test('the floor is what is left between words', () => {
  const speech = Array.from({ length: 100 }, (_, at) => (at % 5 === 0 ? 0.001 : 0.1));
  expect(noiseFloorOf(speech)).toBe(0.001);
  expect(noiseFloorOf(speech.map((level) => level + 0.03))).toBeCloseTo(0.031);
  expect(noiseFloorOf([0.1])).toBeNull();
});
