import { expect, test } from 'vitest';
import { layerForSize } from './layer-selector.ts';

test('a size asks for the smallest layer that fills it', () => {
  const layers = [
    { width: 320, height: 180 },
    { width: 640, height: 360 },
    { width: 1280, height: 720 },
  ];
  expect(layerForSize(layers, 300, 160)).toBe(0);
  expect(layerForSize(layers, 321, 180)).toBe(1);
  expect(layerForSize(layers, 360, 640)).toBe(1);
  expect(layerForSize(layers, 4_000, 3_000)).toBe(2);
  expect(layerForSize([], 10, 10)).toBe(0);
});
