import { expect, test } from 'vitest';
import { RULES } from '../rules/index.ts';
import { findAll } from '../rules/rule.ts';
import { callOf, seconds, T0 } from '../testing.ts';
import { lanesOf } from './lanes.ts';

test('draws what findings stand on first, then the usual', () => {
  const call = callOf({
    connection: seconds(30, { rttMs: 40 }),
    tracks: [
      { rows: seconds(30, { framesPerSecond: 25, lossRatio: 0, bitrateBps: 1 }) },
      { rows: seconds(30, { framesPerSecond: 25, lossRatio: 0.2, bitrateBps: 1 }) },
    ],
  });
  const lanes = lanesOf(call, findAll(RULES, call), 4);
  expect(lanes.map(({ measure, subject }) => [measure, subject.trackId])).toEqual([
    ['lossRatio', 't1'],
    ['rttMs', null],
    ['framesPerSecond', 't0'],
    ['framesPerSecond', 't1'],
  ]);
  expect(lanes[0]!.max).toBe(0.2);
});

test('however thin, keeps the peaks, and breaks where nothing was measured', () => {
  const rows = Array.from({ length: 2_000 }, (_, second) => ({ rttMs: second === 777 ? 900 : 40 }));
  const [lane] = lanesOf(callOf({ connection: rows }), [], 8, 100);
  expect(lane!.points.length).toBeLessThanOrEqual(102);
  expect(lane!.points).toContainEqual([T0 + 777_000, 900]);
  const [gapped] = lanesOf(
    callOf({ connection: [...seconds(5, { rttMs: 40 }), ...seconds(30, null), ...seconds(5, { rttMs: 40 })] }),
    [],
  );
  expect(gapped!.points.filter(([, value]) => value === null)).toHaveLength(1);
});
