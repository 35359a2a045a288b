import type { CalendarContent, HolidayDay } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { withFeedDays } from './feed-days.ts';

const content: CalendarContent = {
  tz: 'Asia/Shanghai',
  week: { tue: ['09:00-17:00'] },
  holidays: ['2026-01-01'],
  overrides: {},
};
const holiday = (date: string): HolidayDay => ({ date, name: 'x', kind: 'holiday' });
const workday = (date: string): HolidayDay => ({ date, name: 'x', kind: 'workday' });
const today = '2026-05-01';

describe('withFeedDays', () => {
  it('adds what is new, make-up days with the hours of an ordinary day', () => {
    const after = withFeedDays(content, [], [holiday('2026-10-01'), workday('2026-10-10')], today);
    expect(after.holidays).toEqual(['2026-01-01', '2026-10-01']);
    expect(after.overrides).toEqual({ '2026-10-10': ['09:00-17:00'] });
  });

  it('takes back what the feed takes back, but not what is past', () => {
    const before = [holiday('2026-04-06'), holiday('2026-10-01'), workday('2026-10-10')];
    const applied = withFeedDays(content, [], before, today);
    const after = withFeedDays(applied, before, [], today);
    expect(after.holidays).toEqual(['2026-01-01', '2026-04-06']);
    expect(after.overrides).toEqual({});
  });

  it('keeps what another feed of the calendar still says', () => {
    const days = [holiday('2026-10-01'), workday('2026-10-10')];
    const applied = withFeedDays(content, [], days, today);
    expect(withFeedDays(applied, days, [], today, days)).toBe(applied);
    const after = withFeedDays(applied, days, [], today, [holiday('2026-10-01')]);
    expect(after.holidays).toEqual(['2026-01-01', '2026-10-01']);
    expect(after.overrides).toEqual({});
  });

  it('leaves alone what somebody changed by hand', () => {
    const said = [holiday('2026-10-01'), workday('2026-10-10')];
    const byHand = { ...content, overrides: { '2026-10-10': ['10:00-12:00'] } };
    // They took the holiday out and shortened the make-up day; the feed says what it said before.
    expect(withFeedDays(byHand, said, said, today)).toBe(byHand);
    expect(withFeedDays(byHand, said, [], today).overrides).toEqual({ '2026-10-10': ['10:00-12:00'] });
  });
});
