import type { DrillRepeat, Weekday } from '@alongside/contracts';
import { WEEKDAYS } from '@alongside/contracts';
import { ownZone } from '../oncall/shift-words.ts';
import { instantOf, wallOf } from '../oncall/wall-time.ts';

const DAY_MS = 86_400_000;

/** What the dialog's fields for times hold, as fields hold it. */
export type Times = {
  timeZone: string;
  /** Of one window: `2026-05-14T09:30`. */
  from: string;
  to: string;
  every: DrillRepeat['every'];
  days: readonly Weekday[];
  /** Of the month, as typed. */
  day: string;
  /** Of a repeating window: `09:00`. */
  windowFrom: string;
  windowTo: string;
  startsOn: string;
};

/** Tomorrow in office hours; every Wednesday. */
export function firstTimes(): Times {
  const timeZone = ownZone();
  const now = Date.now();
  const today = wallOf(new Date(now).toISOString(), timeZone).slice(0, 10);
  const tomorrow = wallOf(new Date(now + DAY_MS).toISOString(), timeZone).slice(0, 10);
  return {
    timeZone,
    from: `${tomorrow}T09:00`,
    to: `${tomorrow}T18:00`,
    every: 'week',
    days: ['wed'],
    day: '1',
    windowFrom: '09:00',
    windowTo: '18:00',
    startsOn: today,
  };
}

/** The window as it is sent. @returns null while a field is not filled in */
export function windowOf({ from, to, timeZone }: Times): { from: string; to: string; timeZone: string } | null {
  const [begins, ends] = [instantOf(from, timeZone), instantOf(to, timeZone)];
  return begins === null || ends === null ? null : { from: begins, to: ends, timeZone };
}

/** The rhythm as it is sent; what is wrong with it the server says. */
export function repeatOf({ every, days, day, timeZone, windowFrom, windowTo, startsOn }: Times) {
  const repeat: DrillRepeat =
    every === 'week' ? { every, on: WEEKDAYS.filter((each) => days.includes(each)) } : { every, on: Number(day) };
  return { repeat, timeZone, windowFrom, windowTo, startsOn };
}
