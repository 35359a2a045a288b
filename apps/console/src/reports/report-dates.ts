import type { Locale, ReportUnit } from '@alongside/contracts';

/** A local date carries no zone: it is read in UTC and shown in UTC. */
function atNoon(date: string): number {
  return Date.parse(`${date}T12:00:00Z`);
}

/** "23 Oct – 21 Nov 2026"; one day alone is one day. */
export function periodWords({ from, to }: { from: string; to: string }, locale: Locale): string {
  const format = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  return from === to ? format.format(atNoon(from)) : format.formatRange(atNoon(from), atNoon(to));
}

/** What stands under a bucket in a chart, in the least room. */
export function bucketLabel(from: string, unit: ReportUnit, locale: Locale): string {
  const options: Intl.DateTimeFormatOptions =
    unit === 'month' ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(atNoon(from));
}
