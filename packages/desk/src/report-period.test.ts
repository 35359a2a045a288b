import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketsOf,
  daysOf,
  lastOfMonth,
  periodBefore,
  shiftedDate,
  spanOf,
  unitFor,
  weekdayOf,
} from './report-period.ts';

const dates = fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 800 })).map(([first, length]) => {
  const from = shiftedDate('1990-01-01', first);
  return { from, to: shiftedDate(from, length) };
});

describe('periods', () => {
  it('are cut into days, weeks from Monday or months', () => {
    expect(bucketsOf({ from: '2026-10-30', to: '2026-11-10' }, 'week')).toEqual([
      { from: '2026-10-30', to: '2026-11-01' },
      { from: '2026-11-02', to: '2026-11-08' },
      { from: '2026-11-09', to: '2026-11-10' },
    ]);
    expect(bucketsOf({ from: '2024-02-10', to: '2024-03-05' }, 'month')).toEqual([
      { from: '2024-02-10', to: '2024-02-29' },
      { from: '2024-03-01', to: '2024-03-05' },
    ]);
    expect(bucketsOf({ from: '2026-10-30', to: '2026-10-30' }, 'day')).toHaveLength(1);
    expect(weekdayOf('2026-11-02')).toBe(1);
    expect(weekdayOf('1969-12-28')).toBe(7);
    expect(lastOfMonth('2026-12-05')).toBe('2026-12-31');
  });

  it('are compared with the ones before of equal length', () => {
    expect(periodBefore({ from: '2026-11-01', to: '2026-11-30' })).toEqual({ from: '2026-10-02', to: '2026-10-31' });
    expect(daysOf({ from: '2026-11-02', to: '2026-11-01' })).toBe(0);
  });

  it('have days as long as the clocks on the wall make them', () => {
    const { from, to } = spanOf({ from: '2026-10-25', to: '2026-10-25' }, 'Europe/Berlin');
    expect(Date.parse(to) - Date.parse(from)).toBe(25 * 3_600_000);
  });

  it('any period: buckets follow one another from its first to its last day, and are few', () => {
    fc.assert(
      fc.property(dates, fc.constantFrom('day', 'week', 'month'), (period, unit) => {
        const buckets = bucketsOf(period, unit);
        expect(buckets[0]!.from).toBe(period.from);
        expect(buckets.at(-1)!.to).toBe(period.to);
        for (const [index, bucket] of buckets.entries())
          if (index > 0) expect(shiftedDate(buckets[index - 1]!.to, 1)).toBe(bucket.from);
        expect(bucketsOf(period, unitFor(period)).length).toBeLessThanOrEqual(46);
        const before = periodBefore(period);
        expect(daysOf(before)).toBe(daysOf(period));
        expect(shiftedDate(before.to, 1)).toBe(period.from);
      }),
    );
  });
});
