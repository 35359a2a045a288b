import type { getTicketClock, OpenCycle, RouteReply } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { businessMsToDue, hoursAt } from './business-left.ts';

const calendarId = '00000000-0000-4000-8000-000000000006';
const content = {
  tz: 'UTC',
  week: { thu: ['09:00-18:00'], fri: ['09:00-18:00'] },
  holidays: [],
  overrides: {},
};
const clock = { calendars: [{ id: calendarId, content }] } as unknown as RouteReply<typeof getTicketClock>;
// A Thursday.
const ms = (time: string) => Date.parse(`2031-05-${time}:00.000Z`);
const due = (at: string | null, on: string | null = calendarId) =>
  ({ dueAt: at === null ? null : new Date(ms(at)).toISOString(), calendarId: on }) as OpenCycle;
const HOUR_MS = 3_600_000;

describe('business time to a due instant', () => {
  it('leaves out closed hours, before and after it', () => {
    expect(businessMsToDue(clock, due('16T10:00'), ms('15T17:00'))).toBe(2 * HOUR_MS);
    expect(businessMsToDue(clock, due('15T17:00'), ms('16T10:00'))).toBe(2 * HOUR_MS);
    expect(businessMsToDue(clock, due('16T10:00', null), ms('15T17:00'))).toBe(17 * HOUR_MS);
  });

  it('is unknown while paused, and without the hours', () => {
    expect(businessMsToDue(clock, due(null), ms('15T17:00'))).toBeNull();
    expect(businessMsToDue(clock, due('16T10:00', 'another'), ms('15T17:00'))).toBeNull();
  });
});

it('hours tell until when the team works, or from when on', () => {
  expect(hoursAt(content, ms('15T17:00'))).toEqual({
    isOpen: true,
    until: '2031-05-15T18:00:00.000Z',
    roundTheClock: false,
  });
  expect(hoursAt(content, ms('16T18:00'))).toMatchObject({ isOpen: false, until: '2031-05-22T09:00:00.000Z' });
  expect(hoursAt(null, ms('16T18:00')).roundTheClock).toBe(true);
  const allDay = ['00:00-24:00'];
  const days = { mon: allDay, tue: allDay, wed: allDay, thu: allDay, fri: allDay, sat: allDay, sun: allDay };
  expect(hoursAt({ ...content, week: days }, ms('16T18:00'))).toMatchObject({ isOpen: true, roundTheClock: true });
  expect(hoursAt({ ...content, week: {}, overrides: { '2020-01-01': allDay } }, ms('16T18:00')).until).toBeNull();
});
