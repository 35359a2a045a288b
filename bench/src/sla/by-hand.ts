import type { Calendar, Weekday } from '@alongside/sla';
import { Temporal } from 'temporal-polyfill';

/** What one would write without a library: `dueAt` the two common ways. Both know holidays, neither knows nights. */
export type DueAt = (calendar: Calendar | null, startMs: number, budgetMs: number) => number;

const MINUTE_MS = 60_000;
const WEEKDAYS: Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const windowsOf = (calendar: Calendar, date: string, weekday: Weekday): string[] =>
  calendar.overrides?.[date] ?? (calendar.holidays?.includes(date) ? [] : (calendar.week[weekday] ?? []));

const formats = new Map<string, Intl.DateTimeFormat>();
function formatIn(tz: string): Intl.DateTimeFormat {
  const known = formats.get(tz);
  if (known) return known;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: tz, dateStyle: 'short', timeStyle: 'short' });
  formats.set(tz, format);
  return format;
}

/** Looks at the wall clock every minute. */
export const minuteByMinute: DueAt = (calendar, startMs, budgetMs) => {
  if (calendar === null) return startMs + budgetMs;
  const format = formatIn(calendar.tz);
  let [atMs, leftMs] = [startMs, budgetMs];
  while (leftMs > 0) {
    const [date, time] = format.format(atMs).split(' ') as [string, string];
    const weekday = WEEKDAYS[(new Date(date).getUTCDay() + 6) % 7]!;
    const isOpen = windowsOf(calendar, date, weekday).some((window) => {
      const [open, close] = window.split('-') as [string, string];
      return time >= open && time < close;
    });
    if (isOpen) leftMs -= MINUTE_MS;
    atMs += MINUTE_MS;
  }
  return atMs;
};

/** Goes from window to window, asking the time-zone library where each opens and closes. */
export const windowByWindow: DueAt = (calendar, startMs, budgetMs) => {
  if (calendar === null) return startMs + budgetMs;
  const { tz } = calendar;
  const first = Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO(tz).toPlainDate();
  let leftMs = budgetMs;
  for (let date = first; ; date = date.add({ days: 1 })) {
    for (const window of windowsOf(calendar, date.toString(), WEEKDAYS[date.dayOfWeek - 1]!)) {
      const [openMs, closeMs] = window
        .split('-')
        .map((time) => date.toZonedDateTime({ timeZone: tz, plainTime: time }).epochMilliseconds) as [number, number];
      const fromMs = Math.max(openMs, startMs);
      if (closeMs <= fromMs) continue;
      if (leftMs <= closeMs - fromMs) return fromMs + leftMs;
      leftMs -= closeMs - fromMs;
    }
  }
};
