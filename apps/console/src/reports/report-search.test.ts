import { describe, expect, it } from 'vitest';
import { datesOf, RANGES, readReportSearch, scopeOf } from './report-search.ts';

describe('what an address asks for', () => {
  it('is read, and what it cannot mean is left out', () => {
    expect(
      readReportSearch({ range: '90d', priority: 'P1', topic: 7, figure: 'backlog', by: 'engineer', nonsense: 1 }),
    ).toEqual({ range: '90d', priority: 'P1', topic: '7', figure: 'backlog', by: 'engineer' });
    expect(
      readReportSearch({ range: 'ever', priority: 'P9', figure: 'x', by: 'y', from: '2026-02-30', to: 'x' }),
    ).toEqual({});
    expect(readReportSearch({ from: '2026-02-01' })).toEqual({});
  });

  it.each([
    ['7d', '2026-11-15', '2026-11-21'],
    ['30d', '2026-10-23', '2026-11-21'],
    ['90d', '2026-08-24', '2026-11-21'],
    ['month', '2026-11-01', '2026-11-21'],
    ['lastMonth', '2026-10-01', '2026-10-31'],
    ['12m', '2025-12-01', '2026-11-21'],
  ] as const)('%s is from %s to %s', (range, from, to) => {
    expect(RANGES).toContain(range);
    expect(datesOf(range, '2026-11-21')).toEqual({ from, to });
  });

  it('today is that of the zone', () => {
    const at = Date.parse('2026-11-21T17:00:00Z');
    expect(scopeOf({ range: '7d', tz: 'Asia/Shanghai' }, at)).toMatchObject({
      to: '2026-11-22',
      timeZone: 'Asia/Shanghai',
    });
    expect(scopeOf({ range: '7d', tz: 'America/New_York' }, at)).toMatchObject({ to: '2026-11-21' });
    expect(scopeOf({ tz: 'Mars/Olympus' }, at)).toMatchObject({ timeZone: 'Mars/Olympus', to: '2026-11-21' });
    expect(scopeOf({ from: '2026-01-01', to: '2026-01-31', range: '7d' }, at)).toMatchObject({ from: '2026-01-01' });
  });
});
