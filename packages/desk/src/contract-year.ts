import { type Interval, localReading, startOfLocalDate } from '@alongside/sla';

/**
 * The contract year an instant lies in: what quotas of a year are counted in.
 * @param startsOn local date on which the contract began, "2026-05-14"; one of 29 February renews on 28 February where
 *   there is none
 * @param timeZone the contract's, IANA name
 * @param at ISO instant; one before the beginning lies in the year that would have gone before
 * @returns half-open, from the first instant of the local date to that of the next anniversary
 */
export function contractYearAt(startsOn: string, timeZone: string, at: string): Interval {
  const year = Number(localReading(timeZone, at).wall.slice(0, 4));
  const begins = (n: number) => startOfLocalDate(timeZone, anniversary(startsOn, n));
  const begun = begins(year) <= new Date(at).toISOString() ? year : year - 1;
  return { from: begins(begun), to: begins(begun + 1) };
}

function anniversary(startsOn: string, year: number): string {
  const date = `${String(year).padStart(4, '0')}${startsOn.slice(4)}`;
  const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  return date.endsWith('-02-29') && !isLeap ? date.replace(/29$/, '28') : date;
}
