import { Temporal } from 'temporal-polyfill';
import { firstInstantFrom } from './time-zone.ts';

/**
 * When a local date begins: its first instant, which is later than midnight where the clock skips midnight.
 * @param tz IANA name
 * @param date a local date, "2026-05-01"
 * @returns ISO instant with milliseconds
 * @throws RangeError for an unknown zone or a date that is none
 */
export function startOfLocalDate(tz: string, date: string): string {
  const { epochMilliseconds: wallMs } = Temporal.PlainDate.from(date).toZonedDateTime('UTC');
  return new Date(firstInstantFrom(tz, wallMs)).toISOString();
}

/**
 * The instant at which a zone's clocks show a local time. A time that is skipped is taken as much later as was skipped;
 * of one that comes twice the first counts.
 * @param tz IANA name
 * @param date a local date, "2026-05-01"
 * @param time "09:30"
 * @returns ISO instant with milliseconds
 * @throws RangeError for an unknown zone, a date or a time that is none
 */
export function instantAt(tz: string, date: string, time: string): string {
  const { epochMilliseconds } = Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(tz);
  return new Date(epochMilliseconds).toISOString();
}

/**
 * The local wall reading of an instant, "2026-05-01T09:30:00.000", and how far it is ahead of UTC, "+08:00".
 * @param tz IANA name
 * @param instant ISO
 * @throws RangeError for an unknown zone or an instant that is none
 */
export function localReading(tz: string, instant: string): { wall: string; offset: string } {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(tz);
  return { wall: local.toPlainDateTime().toString({ fractionalSecondDigits: 3 }), offset: local.offset };
}
