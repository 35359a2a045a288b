import { beforeEach, expect, test } from 'vitest';
import type { BandwidthEstimator } from './estimator.ts';
import { type SharedPicture, Sharing } from './sharing.ts';

const LOWEST = { layer: 0, temporal: 0, bitrateBps: 100_000 };
const HIGHER = { layer: 1, temporal: 0, bitrateBps: 180_000 };

let estimator: { estimateBps: number; limited: boolean; capBps: number; decreasedAtMs: number; queueMs: number };
let given: number;
let nowMs: number;
let sharing: Sharing;
const picture: SharedPicture = {
  isScreenShare: false,
  priority: 0,
  areaRank: 0,
  steps: () => [LOWEST, HIGHER],
  give: (step) => {
    given = step?.layer ?? -1;
  },
};

beforeEach(() => {
  estimator = {
    estimateBps: 360_000,
    limited: true,
    capBps: Number.POSITIVE_INFINITY,
    decreasedAtMs: Number.NEGATIVE_INFINITY,
    queueMs: 0,
  };
  nowMs = 10_000;
  sharing = new Sharing(estimator as BandwidthEstimator);
  pass(100);
  expect(given).toBe(1);
});

function pass(ms: number): void {
  for (const end = nowMs + ms; nowMs < end; nowMs += 100) {
    sharing.tick(() => ({ pictures: [picture], soundBps: 40_000, sendsAhead: 1 }), nowMs);
  }
}

/** The estimate is taken back to what carries sound and half a picture. */
function fall(): void {
  estimator.estimateBps = 107_000;
  estimator.decreasedAtMs = nowMs;
}

test('SFU-33: a moment in which the receiver was busy stops no picture', () => {
  fall();
  pass(1_500);
  expect([given, sharing.usedBps]).toEqual([0, LOWEST.bitrateBps]);
  expect(sharing.nextStepBps, 'probes go for what it takes').toBeGreaterThan(estimator.estimateBps);
  estimator.estimateBps = 300_000;
  pass(200);
  expect(given).toBe(1);
});

test('SFU-33: what stays too narrow stops it, and so does a queue at once', () => {
  fall();
  pass(1_900);
  expect(given).toBe(0);
  pass(400);
  expect(given).toBe(-1);

  estimator.estimateBps = 360_000;
  pass(200);
  expect(given).toBe(1);
  fall();
  estimator.queueMs = 200;
  pass(200);
  expect(given).toBe(-1);
});

test('SFU-33: a limit that was set, or a picture that is not shown yet, is not overdrawn', () => {
  estimator.capBps = 107_000;
  fall();
  pass(200);
  expect(given).toBe(-1);
  estimator.capBps = Number.POSITIVE_INFINITY;
  fall();
  pass(200);
  expect(given).toBe(-1);
});
