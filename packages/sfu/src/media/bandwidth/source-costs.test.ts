import { expect, test } from 'vitest';
import { MediaSource } from '../media-source.ts';
import { SourceCosts } from './source-costs.ts';

/** A source that sends what the test says, `[spatial][temporal]` in bit/s. */
function sourceOf(isScreenShare = false): { source: MediaSource; rates: number[][] } {
  const source = new MediaSource('video');
  source.isScreenShare = isScreenShare;
  const rates = [
    [80_000, 120_000, 160_000, 160_000],
    [225_000, 340_000, 450_000, 450_000],
    [850_000, 1_300_000, 1_700_000, 1_700_000],
  ];
  source.layerRates = () => rates;
  return { source, rates };
}

function run(source: MediaSource, fromMs: number, ms: number, spatial = 2): [number, number, number][] {
  let steps: [number, number, number][] = [];
  for (let nowMs = fromMs; nowMs <= fromMs + ms; nowMs += 100) {
    steps = SourceCosts.of(source)
      .steps(source, spatial, 3, false, nowMs)
      .map(({ layer, temporal, bitrateBps }) => [layer, temporal, Math.round(bitrateBps / 1_000)]);
  }
  return steps;
}

test('SFU-33 a camera climbs by resolution, a screen share by resolution first and then by frame rate', () => {
  expect(run(sourceOf().source, 0, 1_000)).toEqual([
    [0, 1, 120],
    [0, 3, 160],
    [1, 3, 450],
    [2, 3, 1_700],
  ]);
  expect(run(sourceOf().source, 0, 1_000, 1).at(-1)).toEqual([1, 3, 450]);
  expect(run(sourceOf(true).source, 0, 1_000)).toEqual([
    [0, 1, 120],
    [1, 1, 340],
    [2, 1, 1_300],
    [2, 3, 1_700],
  ]);
});

test('SFU-33 a key frame does not make its layer dear, and what costs no more is taken at once', () => {
  const { source, rates } = sourceOf();
  run(source, 0, 10_000);
  rates[1] = [500_000, 700_000, 900_000, 900_000];
  const [, , second] = run(source, 10_100, 900);
  expect(second![2]).toBeLessThan(550);
  rates[1] = [15_000, 15_000, 15_000, 15_000];
  rates[0] = [20_000, 20_000, 20_000, 20_000];
  expect(run(source, 11_100, 40_000, 1)).toEqual([[1, 3, 15]]);
});

test('SFU-33 a layer its publisher gave up is no step, and comes back; a silent source costs nothing', () => {
  const { source, rates } = sourceOf();
  run(source, 0, 2_000);
  const top = rates[2]!;
  rates[2] = [0, 0, 0, 0];
  expect(run(source, 2_100, 3_000).at(-1)![0], 'it may only pause').toBe(2);
  expect(run(source, 5_200, 3_000).at(-1)![0]).toBe(1);
  rates[2] = top;
  expect(run(source, 8_300, 200).at(-1)).toEqual([2, 3, 1_700]);
  for (let layer = 0; layer < 3; layer++) rates[layer] = [0, 0, 0, 0];
  expect(run(source, 8_600, 6_000)).toEqual([]);
  expect(SourceCosts.of(source).steps(source, 2, 3, true, 15_000)).toHaveLength(4);
});
