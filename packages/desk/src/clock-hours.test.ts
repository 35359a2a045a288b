import type { CalendarVersion } from '@alongside/sla';
import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from './clock-events.ts';
import { closedIntervals } from './clock-hours.ts';

const calendarId = '00000000-0000-4000-8000-000000000006';
const saved = (version: number, validFrom: string, thu: string[], fri: string[]): CalendarVersion => ({
  calendarId,
  version,
  validFrom,
  calendar: { tz: 'UTC', week: { thu, fri } },
});
const calendars = [
  saved(2, '2031-05-16T12:00:00.000Z', ['09:00-18:00'], ['14:00-16:00']),
  saved(1, '2031-05-01T00:00:00.000Z', ['09:00-18:00'], ['09:00-18:00']),
];
// A Thursday, 16:00.
const cycle = { calendarId, startAt: '2031-05-15T16:00:00.000Z' };
const to = '2031-05-16T15:00:00.000Z';
const recalculated = {
  seq: 2,
  at: '2031-05-16T13:00:00.000Z',
  by: { kind: 'staff', id: calendarId, name: 'Eve' },
  body: { type: 'clock.recalculated', reason: 'The holiday was known' },
} as LoggedEvent;

describe('closed hours', () => {
  it('are those of the versions in force, each in its time', () => {
    expect(closedIntervals([], calendars, cycle, to)).toEqual([
      { from: '2031-05-15T18:00:00.000Z', to: '2031-05-16T09:00:00.000Z' },
      { from: '2031-05-16T12:00:00.000Z', to: '2031-05-16T14:00:00.000Z' },
    ]);
  });

  it('are those of the newest version for all that lay before a recalculation', () => {
    expect(closedIntervals([recalculated], calendars, cycle, to)).toEqual([
      { from: '2031-05-15T18:00:00.000Z', to: '2031-05-16T14:00:00.000Z' },
    ]);
  });

  it('are none round the clock nor before the start, and not told when they are too many', () => {
    expect(closedIntervals([], calendars, { ...cycle, calendarId: null }, to)).toEqual([]);
    expect(closedIntervals([], calendars, cycle, cycle.startAt)).toEqual([]);
    expect(closedIntervals([], calendars, cycle, '2041-05-16T15:00:00.000Z')).toBeNull();
  });
});
