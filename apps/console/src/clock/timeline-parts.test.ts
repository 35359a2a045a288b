import { describe, expect, it } from 'vitest';
import { closedUpTo, pausedByReason, type ToldCycle, timelineOf } from './timeline-parts.ts';

const HOUR_MS = 3_600_000;
const START = '2031-05-15T09:00:00.000Z';
const at = (hour: number) => new Date(Date.parse(START) + hour * HOUR_MS).toISOString();
const ms = (hour: number) => Date.parse(at(hour));

const cycle = (more: Partial<ToldCycle>): ToldCycle => ({
  id: 'resolve:1',
  target: 'resolve',
  priority: 'P2',
  calendarId: null,
  startAt: START,
  countedFrom: START,
  budgetMs: 8 * HOUR_MS,
  dueAt: at(8),
  warnAt: at(6),
  pausedSince: null,
  pauseReason: null,
  pausedMs: 0,
  leftMs: null,
  state: 'running',
  planVersionId: 'p',
  endedAt: null,
  breachedAt: null,
  usedMs: 0,
  pauses: [],
  closed: [],
  ...more,
});
const told = ({ parts }: ReturnType<typeof timelineOf>) => parts.map(({ kind, from, share }) => [kind, from, share]);

describe('the line of a promise', () => {
  it('goes up to its due instant, what is ahead apart', () => {
    const line = timelineOf(cycle({}), ms(4));
    expect(told(line)).toEqual([
      ['counted', 0, 0.5],
      ['ahead', 0.5, 0.5],
    ]);
    expect(line.marks).toEqual([
      { kind: 'warned', at: 0.75 },
      { kind: 'due', at: 1 },
    ]);
  });

  it('late, goes on from the breach to the end', () => {
    const line = timelineOf(cycle({ state: 'breached', breachedAt: at(8), endedAt: at(10) }), ms(99));
    expect(told(line)).toEqual([
      ['counted', 0, 0.8],
      ['late', 0.8, expect.closeTo(0.2)],
    ]);
    expect(line.marks.at(-1)).toEqual({ kind: 'ended', at: 1 });
  });

  it('lays pauses and closed hours over it; a pause that lasts goes up to now', () => {
    const line = timelineOf(
      cycle({ dueAt: null, warnAt: null, pausedSince: at(3), closed: [{ from: at(1), to: at(2) }] }),
      ms(4),
    );
    expect(told(line)).toEqual([
      ['counted', 0, 1],
      ['closed', 0.25, 0.25],
      ['paused', 0.75, 0.25],
    ]);
    expect(line.marks).toEqual([]);
  });

  it('is never empty, not even at its very start', () => {
    const line = timelineOf(cycle({ dueAt: START, warnAt: null }), ms(0));
    expect(line.toMs).toBeGreaterThan(line.fromMs);
    expect(told(line).every(([, from, share]) => Number.isFinite(from) && Number.isFinite(share))).toBe(true);
  });
});

describe('what did not count', () => {
  const paused = cycle({
    pauses: [
      { from: at(1), to: at(2), reason: 'waiting_for_customer' },
      { from: at(3), to: at(4), reason: null },
    ],
    pausedSince: at(5),
    pauseReason: 'waiting_for_customer',
    closed: [
      { from: at(1.5), to: at(3.5) },
      { from: at(7), to: at(9) },
    ],
  });

  it('is summed by reason, the pause that lasts among them', () => {
    expect(pausedByReason(paused, ms(6))).toEqual([
      { reason: 'waiting_for_customer', ms: 2 * HOUR_MS },
      { reason: null, ms: HOUR_MS },
    ]);
  });

  it('counts closed hours only where it was not paused anyway, and only what has passed', () => {
    expect(closedUpTo(paused, ms(6))).toBe(HOUR_MS);
    expect(closedUpTo({ ...paused, pauses: [], pausedSince: null }, ms(8))).toBe(3 * HOUR_MS);
  });
});
