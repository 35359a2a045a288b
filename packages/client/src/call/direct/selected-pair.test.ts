import { expect, test } from 'vitest';
import { pairRttMs, selectedPair } from './selected-pair.ts';

const report = (...stats: { id: string; type: string; [member: string]: unknown }[]) =>
  new Map(stats.map((stat) => [stat.id, stat])) as unknown as RTCStatsReport;

const PAIRS = [
  { id: 'old', type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 0.3 },
  { id: 'new', type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 0.02 },
];

test('of several nominated pairs the one the transport sends on counts', () => {
  expect(pairRttMs(report(...PAIRS, { id: 't', type: 'transport', selectedCandidatePairId: 'new' }))).toBe(20);
  expect(pairRttMs(report({ id: 't', type: 'transport', selectedCandidatePairId: 'old' }, ...PAIRS))).toBe(300);
});

test('Firefox marks it itself; before there is one nothing is known', () => {
  expect(selectedPair(report(PAIRS[0]!, { ...PAIRS[1]!, selected: true }))?.id).toBe('new');
  expect(pairRttMs(report(...PAIRS))).toBeNull();
  expect(pairRttMs(report({ id: 't', type: 'transport', selectedCandidatePairId: 'gone' }))).toBeNull();
});
