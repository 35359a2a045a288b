import type { Locale } from '@alongside/contracts';

const atNoon = (date: string) => new Date(`${date}T12:00:00Z`);

/** A local date in words: "Thu 1 Oct 2026", "2026年10月1日周四". */
export function dateWords(date: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC',
  }).format(atNoon(date));
}

/** A stretch of local dates, both included: "1–8 Oct", "10月1日至10月8日". */
export function rangeWords(from: string, to: string, locale: Locale): string {
  const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC',
  });
  if (locale === 'en' || from === to) return format.formatRange(atNoon(from), atNoon(to));
  return `${format.format(atNoon(from))}至${format.format(atNoon(to))}`;
}

/** The month a date lies in, without its year. */
export function monthWords(date: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' }).format(atNoon(date));
}

/** An instant as one reads it in a history: "21 Nov 2026, 09:30". */
export function momentWords(instant: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
  }).format(new Date(instant));
}

/** The local date an instant lies on in a zone, in words: "1 Dec 2026". */
export function instantDateWords(instant: string, timeZone: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'medium', timeZone }).format(
    new Date(instant),
  );
}

/** Today's local date in a zone, "2026-12-01". */
export function localDateNow(timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone }).format(new Date());
}
