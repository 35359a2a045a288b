import type { ReportUnit } from '@alongside/contracts';
import { startOfLocalDate } from '@alongside/sla';

const DAY_MS = 86_400_000;
const DAYS_MAX = 45;
const WEEKS_MAX = 200;
/** Longer periods are refused. */
export const PERIOD_DAYS_MAX = 1_100;

/** Local dates, both included. */
export type Period = { from: string; to: string };

/** How many days a period has; less than one for one that ends before it begins. */
export function daysOf({ from, to }: Period): number {
  return (dayNumber(to) - dayNumber(from)) / DAY_MS + 1;
}

/** The period of equal length before it. */
export function periodBefore(period: Period): Period {
  const to = shiftedDate(period.from, -1);
  return { from: shiftedDate(to, 1 - daysOf(period)), to };
}

/** In what a period is drawn so that neither too many nor too few points come of it. */
export function unitFor(period: Period): ReportUnit {
  const days = daysOf(period);
  return days <= DAYS_MAX ? 'day' : days <= WEEKS_MAX ? 'week' : 'month';
}

/** The days, weeks (from Monday) or months of a period, cut at its ends. */
export function bucketsOf(period: Period, unit: ReportUnit): Period[] {
  const buckets: Period[] = [];
  for (let from = period.from; from <= period.to; ) {
    let to = endOf(from, unit);
    if (to > period.to) to = period.to;
    buckets.push({ from, to });
    from = shiftedDate(to, 1);
  }
  return buckets;
}

/** A period in instants, half-open: from the beginning of its first local date to that of the one after its last. */
export function spanOf({ from, to }: Period, timeZone: string): { from: string; to: string } {
  return { from: startOfLocalDate(timeZone, from), to: startOfLocalDate(timeZone, shiftedDate(to, 1)) };
}

/** A local date so many days later. */
export function shiftedDate(date: string, days: number): string {
  return new Date(dayNumber(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** 1 = Monday … 7 = Sunday. */
export function weekdayOf(date: string): number {
  return new Date(dayNumber(date)).getUTCDay() || 7;
}

/** The last day of a date's month. */
export function lastOfMonth(date: string): string {
  return new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0)).toISOString().slice(0, 10);
}

function endOf(date: string, unit: ReportUnit): string {
  if (unit === 'day') return date;
  return unit === 'week' ? shiftedDate(date, 7 - weekdayOf(date)) : lastOfMonth(date);
}

function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}
