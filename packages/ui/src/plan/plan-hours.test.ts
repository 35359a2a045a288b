import { describe, expect, it } from 'vitest';
import { daysWords, weekHours, workingDayMs } from './plan-hours.ts';

const OFFICE = {
  tz: 'Asia/Shanghai',
  week: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, ['09:00-12:00', '13:00-18:00']])),
};
const EVERY = (window: string) =>
  Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, [window]]));
const JULY = '2026-07-15T12:00:00.000Z';

describe('the hours of a week', () => {
  it('stand as they are for whoever lives there', () => {
    expect(weekHours(OFFICE, 'Asia/Shanghai', JULY)).toEqual({
      roundTheClock: false,
      lines: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], windows: ['09:00-12:00', '13:00-18:00'] }],
    });
  });

  it('move to the reader’s zone, over midnight and into the day before', () => {
    expect(weekHours(OFFICE, 'Europe/Berlin', JULY).lines).toEqual([
      { days: ['mon', 'tue', 'wed', 'thu', 'fri'], windows: ['03:00-06:00', '07:00-12:00'] },
    ]);
    expect(weekHours(OFFICE, 'America/Los_Angeles', JULY).lines).toEqual([
      { days: ['mon', 'tue', 'wed', 'thu', 'sun'], windows: ['18:00-21:00', '22:00-03:00'] },
    ]);
    const winter = '2026-01-15T12:00:00.000Z';
    expect(weekHours(OFFICE, 'Europe/Berlin', winter).lines[0]!.windows[0]).toBe('02:00-05:00');
  });

  it('that never end are round the clock; a night over Sunday is seen once', () => {
    expect(weekHours({ tz: 'UTC', week: EVERY('00:00-24:00') }, 'Asia/Tokyo', JULY).roundTheClock).toBe(true);
    expect(weekHours({ tz: 'UTC', week: { sun: ['22:00-06:00'] } }, 'UTC', JULY).lines).toEqual([
      { days: ['sun'], windows: ['22:00-06:00'] },
    ]);
    const weekend = { tz: 'UTC', week: { sat: ['00:00-24:00'], sun: ['00:00-24:00'] } };
    expect(weekHours(weekend, 'UTC', JULY).lines).toEqual([{ days: ['sat', 'sun'], windows: ['00:00-24:00'] }]);
  });
});

it('a working day is the longest ordinary one', () => {
  expect(workingDayMs(OFFICE)).toBe(8 * 3_600_000);
  expect(workingDayMs({ week: { fri: ['22:00-06:00'] } })).toBe(8 * 3_600_000);
  expect(workingDayMs({ week: EVERY('00:00-24:00') })).toBeNull();
});

it('days are named in runs', () => {
  expect(daysWords(['mon', 'tue', 'wed', 'thu', 'fri'], 'en', 'every day')).toBe('Mon–Fri');
  expect(daysWords(['mon', 'tue', 'wed', 'thu', 'fri'], 'zh-CN', '每天')).toBe('周一至周五');
  expect(daysWords(['mon', 'wed', 'sat', 'sun'], 'en', 'every day')).toBe('Mon, Wed, Sat, Sun');
});
