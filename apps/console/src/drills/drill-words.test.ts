import type { Drill, DrillStep } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { axisTicks, stepTime, verdictOf } from './drill-words.ts';

const step = (kind: DrillStep['step'], outcome: DrillStep['outcome'], dueAt: string | null = null): DrillStep => ({
  step: kind,
  at: outcome === 'missed' || outcome === 'open' ? null : '2026-11-21T02:04:00.000Z',
  afterMs: null,
  by: null,
  dueAt,
  outcome,
});
const finished = (
  steps: DrillStep[],
  endedAt = '2026-11-21T03:00:00.000Z',
): Pick<Drill, 'state' | 'steps' | 'endedAt'> => ({
  state: 'finished',
  steps,
  endedAt,
});
const DUE = '2026-11-21T02:30:00.000Z';

describe('how long a step took', () => {
  it('is told to the second while seconds matter', () => {
    expect([400, 42_000, 60_000, 252_000, 3_599_700, 11_400_000].map((ms) => stepTime(ms, 'en'))).toEqual([
      '0 s',
      '42 s',
      '1 min',
      '4 min 12 s',
      '1 h',
      '3 h 10 min',
    ]);
    expect([42_000, 252_000, 300_000].map((ms) => stepTime(ms, 'zh-CN'))).toEqual(['42 秒', '4 分 12 秒', '5 分钟']);
  });
});

describe('what a drill came to', () => {
  it('is the promise first, then what is missing', () => {
    const kept = step('first_response', 'taken', DUE);
    expect(verdictOf(finished([kept]))).toBe('kept');
    expect(verdictOf(finished([kept, step('call_joined', 'missed')]))).toBe('incomplete');
    expect(verdictOf(finished([step('first_response', 'late', DUE), step('call_joined', 'missed')]))).toBe('late');
    expect(verdictOf(finished([step('first_response', 'missed', DUE)]))).toBe('late');
    // Solved by somebody before the promise was due: not answered, but not broken either.
    expect(verdictOf(finished([step('first_response', 'missed', DUE)], '2026-11-21T02:10:00.000Z'))).toBe('incomplete');
    expect(verdictOf(finished([step('first_response', 'taken')]))).toBe('complete');
    expect(verdictOf({ ...finished([kept]), state: 'stopped' })).toBe('stopped');
  });
});

describe('an axis', () => {
  it('has few round places', () => {
    expect(axisTicks(31 * 60_000, 5).map((ms) => ms / 60_000)).toEqual([0, 10, 20, 30]);
    expect(axisTicks(9_000, 5)).toEqual([0, 2_000, 4_000, 6_000, 8_000]);
    for (const length of [1, 1_000, 77_777, 5e6, 9e8]) expect(axisTicks(length, 5).length).toBeLessThanOrEqual(6);
  });
});
