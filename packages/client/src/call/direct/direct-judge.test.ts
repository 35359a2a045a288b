import { expect, test } from 'vitest';
import { createDirectJudge } from './direct-judge.ts';
import type { DirectReading } from './direct-link.ts';

const SERVER_RTT = { mine: 40, theirs: 30 };

/** Readings every half second, each with what the one before had and more. */
function readings(count: number, each: (index: number) => Partial<DirectReading>): DirectReading[] {
  return Array.from({ length: count }, (_, index) => ({
    atMs: 1_000 + index * 500,
    rttMs: 20,
    bytesReceived: 1_000 * (index + 1),
    audioReceived: 25 * index,
    audioLost: 0,
    arrived: new Map(),
    theirLevel: 0,
    myLevel: 0,
    ...each(index),
  }));
}

function verdicts(
  all: readonly DirectReading[],
  serverRttMs: Parameters<ReturnType<typeof createDirectJudge>['judge']>[1] = SERVER_RTT,
) {
  const { judge } = createDirectJudge();
  return all.map((reading) => judge(reading, serverRttMs));
}

test('a path that is shorter and loses nothing is kept', () => {
  expect(new Set(verdicts(readings(20, () => ({}))))).toEqual(new Set([null]));
});

test('one without a byte for two seconds is left as stalled, and not before', () => {
  const all = readings(12, (index) => ({ bytesReceived: 1_000 * Math.min(index, 4) }));
  expect(verdicts(all).indexOf('stalled')).toBe(8);
});

test('pauses in speech are no stall: a packet every 400 ms is enough', () => {
  const all = readings(20, (index) => ({ bytesReceived: 100 * (index + 1), audioReceived: index }));
  expect(new Set(verdicts(all))).toEqual(new Set([null]));
});

test('more than three packets in a hundred lost: the media server repairs better', () => {
  const losing = (lossRatio: number) => readings(12, (index) => ({ audioLost: Math.round(25 * index * lossRatio) }));
  expect(verdicts(losing(0.06))).toContain('worse');
  expect(verdicts(losing(0.02))).not.toContain('worse');
});

test('a few losses among very few packets say nothing', () => {
  expect(verdicts(readings(12, (index) => ({ audioReceived: index, audioLost: Math.min(index, 2) })))).not.toContain(
    'worse',
  );
});

test('longer than the way through the media server is worse, once not one round trip was short for long enough', () => {
  const slow = (from: number, to: number) =>
    readings(60, (index) => ({ rttMs: index >= from && index < to ? 150 : 20 }));
  expect(verdicts(slow(4, 26))).not.toContain('worse');
  expect(verdicts(slow(4, 60)).indexOf('worse')).toBe(28);
});

test('a page that was held up looks again before it calls a path stalled', () => {
  const all = readings(8, (index) => ({
    atMs: 1_000 + index * 3_000,
    bytesReceived: index < 4 ? 1_000 * index : 4_000,
  }));
  expect(verdicts(all).indexOf('stalled')).toBe(7);
});

test('a round trip nobody can compare decides nothing', () => {
  expect(
    verdicts(
      readings(12, () => ({ rttMs: 400 })),
      { mine: 40, theirs: null },
    ),
  ).not.toContain('worse');
});
