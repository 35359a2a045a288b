import type { Locale } from '@alongside/contracts';
import { spaced } from '@alongside/ui';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The reader's own zone, IANA. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * An instant in a zone, as one says it in a rota: weekday, day and time; the year only when it is another one.
 * @param timeZone IANA; the reader's own unless given
 */
export function instantWords(at: string, nowMs: number, locale: Locale, timeZone?: string): string {
  const atMs = Date.parse(at);
  const year = (ms: number) => new Intl.DateTimeFormat('en', { year: 'numeric', timeZone }).format(ms);
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(year(atMs) === year(nowMs) ? {} : { year: 'numeric' }),
    timeZone,
  }).format(atMs);
}

/** A stretch from one instant to another, its day named once where both lie in it. */
export function stretchWords({ from, to }: { from: string; to: string }, locale: Locale, timeZone?: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  });
  return format.formatRange(Date.parse(from), Date.parse(to));
}

/**
 * How long something still takes, or has taken, in one unit with its word.
 * @returns e.g. `5 hours`, `2 days`; `5 小时`
 */
export function lengthWords(lengthMs: number, locale: Locale): string {
  const ms = Math.max(0, lengthMs);
  const [value, unit] =
    ms < 90_000
      ? [Math.round(ms / 1_000), 'second']
      : ms < 90 * 60_000
        ? [Math.round(ms / 60_000), 'minute']
        : ms < 1.5 * DAY_MS
          ? [Math.round(ms / HOUR_MS), 'hour']
          : [Math.round(ms / DAY_MS), 'day'];
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit: unit as string, unitDisplay: 'long' });
  return spaced(format.format(value as number), locale);
}

/** A zone's name for people: the place, and how far it is from UTC now. */
export function zoneWords(timeZone: string, locale: Locale, nowMs: number): string {
  const place = timeZone.split('/').at(-1)!.replaceAll('_', ' ');
  return `${place} (${zoneOffset(timeZone, locale, nowMs)})`;
}

/** How far a zone is from UTC at an instant, e.g. `GMT+8`. */
export function zoneOffset(timeZone: string, locale: Locale, nowMs: number): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'shortOffset' }).formatToParts(nowMs);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}
