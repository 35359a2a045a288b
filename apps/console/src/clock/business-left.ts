import type { CalendarContent, getTicketClock, OpenCycle, RouteReply } from '@alongside/contracts';
import { elapsedMs, isOpenAt, openIntervals } from '@alongside/sla';

type ToldClock = RouteReply<typeof getTicketClock>;

/** Further ahead nobody looks for the next opening, ms. */
const AHEAD_MS = 40 * 24 * 3_600_000;

/** Whether the team works now, and until when or from when on; null = as far as one can see. */
export type Hours = { isOpen: boolean; until: string | null; roundTheClock: boolean };

/** The hours a promise runs on, as they are now; null where they are not known here. */
export function calendarOf(clock: ToldClock, calendarId: string | null): CalendarContent | null {
  return clock.calendars.find(({ id }) => id === calendarId)?.content ?? null;
}

/**
 * The business time between now and a promise's due instant, ms: what is left, or how much it is over. What is to come
 * is judged by the hours as they are now, so this is exact until somebody edits them.
 * @returns null while it is paused (see `leftMs`), and where its hours are not known here
 */
export function businessMsToDue(clock: ToldClock, cycle: OpenCycle, nowMs: number): number | null {
  if (cycle.dueAt === null) return null;
  const calendar = calendarOf(clock, cycle.calendarId);
  if (calendar === null && cycle.calendarId !== null) return null;
  const [first, last] = [new Date(nowMs).toISOString(), cycle.dueAt].sort();
  return elapsedMs(calendar, first!, last!);
}

/** How the team's hours stand at an instant. */
export function hoursAt(calendar: CalendarContent | null, nowMs: number): Hours {
  if (calendar === null) return { isOpen: true, until: null, roundTheClock: true };
  const now = new Date(nowMs).toISOString();
  const horizon = new Date(nowMs + AHEAD_MS).toISOString();
  const isOpen = isOpenAt(calendar, now);
  const next = openIntervals(calendar, now, horizon)[0];
  const until = (isOpen ? next?.to : next?.from) ?? null;
  return { isOpen, until: until === horizon ? null : until, roundTheClock: isOpen && until === horizon };
}
