import { expect, test } from 'vitest';
import { type AllocationTrack, allocate } from './allocator.ts';

const FACE = [160_000, 450_000, 1_700_000];

function track(costs: number[], more: Partial<AllocationTrack> = {}): AllocationTrack {
  const steps = costs.map((bitrateBps, layer) => ({ layer, temporal: 3, bitrateBps }));
  return { isScreenShare: false, priority: 0, areaRank: 0, steps, step: -1, ...more };
}

function steps(pictureBps: number, tracks: AllocationTrack[], failedBps = Number.POSITIVE_INFINITY): number[] {
  return allocate(tracks, { pictureBps, failedBps, lowestIsFree: false }).steps;
}

test('SFU-33 everybody gets the low layer before anybody gets a higher one', () => {
  const faces = [track(FACE), track(FACE), track(FACE)];
  expect(steps(100_000, faces)).toEqual([-1, -1, -1]);
  expect(steps(340_000, faces)).toEqual([0, 0, -1]);
  expect(steps(600_000, faces)).toEqual([0, 0, 0]);
  expect(steps(850_000, faces)).toEqual([1, 0, 0]);
  expect(steps(1_500_000, faces)).toEqual([1, 1, 1]);
  expect(steps(3_000_000, faces)).toEqual([2, 1, 1]);
  expect(steps(9_000_000, faces)).toEqual([2, 2, 2]);
});

test('SFU-33 a screen share is raised before any face, and priority and size decide among faces', () => {
  const screen = track([300_000, 900_000, 2_000_000], { isScreenShare: true });
  expect(steps(520_000, [track(FACE), screen])).toEqual([0, 0]);
  expect(steps(1_200_000, [track(FACE), screen])).toEqual([0, 1]);
  expect(steps(2_200_000, [track(FACE), screen])).toEqual([1, 1]);
  expect(steps(2_800_000, [track(FACE), screen])).toEqual([1, 2]);
  expect(steps(170_000, [track(FACE), track(FACE, { priority: 1 })])).toEqual([-1, 0]);
  expect(steps(700_000, [track(FACE), track(FACE, { areaRank: 2 })])).toEqual([0, 1]);
});

test('SFU-33 going up takes more room than staying, and where it failed before no doubt at all', () => {
  const given = track(FACE, { step: 1 });
  expect(steps(455_000, [track(FACE)])).toEqual([0]);
  expect(steps(455_000, [given])).toEqual([1]);
  expect(steps(500_000, [track(FACE)])).toEqual([1]);
  expect(steps(500_000, [track(FACE)], 450_000)).toEqual([0]);
  expect(steps(600_000, [track(FACE)], 450_000)).toEqual([1]);
  expect(steps(500_000, [given], 450_000)).toEqual([1]);
});

test('SFU-33 what is wanted and what comes next are told, so that probes go for it', () => {
  const budget = { pictureBps: 500_000, failedBps: Number.POSITIVE_INFINITY, lowestIsFree: false };
  const some = allocate([track(FACE), track(FACE)], budget);
  expect(some).toMatchObject({ usedBps: 320_000, demandBps: 3_400_000 });
  expect(some.nextStepBps).toBeGreaterThan(610_000);
  expect(some.wantedBps).toBeGreaterThan(3_400_000);
  const all = allocate([track([160_000])], budget);
  expect(all).toMatchObject({ usedBps: 160_000, wantedBps: 160_000, nextStepBps: 160_000 });
  expect(allocate([track(FACE), track([])], { ...budget, pictureBps: 0, lowestIsFree: true }).steps).toEqual([0, -1]);
});

test('SFU-33 docs/media/allocation.svg shows what is done', () => {
  const screen = track([250_000, 700_000, 1_200_000], { isScreenShare: true });
  const rows: [number, number[]][] = [
    [200_000, [-1, -1, -1, -1]],
    [500_000, [0, -1, -1, -1]],
    [1_000_000, [0, 0, 0, 0]],
    [1_600_000, [1, 0, 0, 0]],
    [3_000_000, [2, 1, 1, 1]],
    [8_000_000, [2, 2, 2, 2]],
  ];
  for (const [estimateBps, expected] of rows) {
    expect(steps(estimateBps * 0.95 - 60_000, [screen, track(FACE), track(FACE), track(FACE)])).toEqual(expected);
  }
});
