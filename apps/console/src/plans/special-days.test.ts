import type { CalendarContent } from '@alongside/contracts';
import { type Calendar, calendarWith } from '@alongside/sla';
import { describe, expect, it } from 'vitest';
import { kindOf, newDays, rangesOf, rebased, withDays, withKind } from './special-days.ts';

const OFFICE: CalendarContent = { tz: 'Asia/Shanghai', week: { mon: ['09:00-17:00'] }, holidays: [], overrides: {} };

describe('a date', () => {
  it('becomes a holiday, gets hours of its own, is ordinary again', () => {
    const closed = withKind(OFFICE, '2026-10-01', 'holiday');
    expect(kindOf(closed, '2026-10-01')).toBe('holiday');
    const own = withKind(closed, '2026-10-01', 'own');
    expect(own).toMatchObject({ holidays: [], overrides: { '2026-10-01': ['09:00-17:00'] } });
    expect(withKind(own, '2026-10-01', 'ordinary')).toEqual(OFFICE);
  });
});

describe('a list of holidays', () => {
  const days = [
    { date: '2026-10-01', name: '国庆节', kind: 'holiday' as const },
    { date: '2026-10-02', name: '国庆节', kind: 'holiday' as const },
    { date: '2026-10-10', name: '国庆节调休', kind: 'workday' as const },
  ];

  it('is added; what is there already is not new', () => {
    const added = withDays(OFFICE, days);
    expect(added).toMatchObject({
      holidays: ['2026-10-01', '2026-10-02'],
      overrides: { '2026-10-10': ['09:00-17:00'] },
    });
    expect(newDays(added, days)).toEqual([]);
    expect(newDays(OFFICE, days)).toHaveLength(3);
  });

  it('is added as packages/sla does it, and to a week that is only half edited too', () => {
    const before = { ...OFFICE, overrides: { '2026-10-10': ['10:00-11:00'] } };
    const { holidays, overrides } = calendarWith(before as Calendar, days);
    expect(withDays(before, days)).toEqual({ ...before, holidays, overrides });
    const unsound = { ...OFFICE, week: { mon: ['09:00-17:00', '10:00-11:00'] } };
    expect(withDays(unsound, days).holidays).toHaveLength(2);
  });

  it('is told in stretches', () => {
    expect(rangesOf(withDays(OFFICE, days), 2026).map(({ from, to, kind }) => `${kind} ${from} ${to}`)).toEqual([
      'holiday 2026-10-01 2026-10-02',
      'own 2026-10-10 2026-10-10',
    ]);
    expect(rangesOf(withDays(OFFICE, days), 2027)).toEqual([]);
  });
});

it('what somebody edits takes over what came and went on the server meanwhile, and nothing else', () => {
  const before = { ...OFFICE, holidays: ['2026-01-01', '2026-05-01'], overrides: { '2026-05-09': ['09:00-12:00'] } };
  const after = { ...OFFICE, holidays: ['2026-05-01', '2026-12-25'], overrides: { '2026-05-09': ['10:00-12:00'] } };
  const draft = { ...before, tz: 'UTC', holidays: ['2026-01-01', '2026-07-04'] };
  expect(rebased(draft, before, after)).toMatchObject({
    tz: 'UTC',
    holidays: ['2026-07-04', '2026-12-25'],
    overrides: { '2026-05-09': ['10:00-12:00'] },
  });
});

it('the zone and the week a colleague saved stay, but for what was changed here', () => {
  const before = { ...OFFICE, week: { mon: ['09:00-17:00'], tue: ['09:00-17:00'] } };
  const after = { ...before, tz: 'Asia/Tokyo', week: { tue: ['10:00-12:00'], wed: ['08:00-09:00'] } };
  expect(rebased(before, before, after)).toEqual(after);
  const draft = { ...before, tz: 'UTC', week: { ...before.week, tue: ['13:00-14:00', '08:00-09:00'] } };
  expect(rebased(draft, before, after)).toEqual({ ...after, tz: 'UTC', week: { ...after.week, tue: draft.week.tue } });
});
