import type { CalendarContent, Locale } from '@alongside/contracts';
import { type Calendar, localReading, openIntervals, startOfLocalDate, WEEKDAYS, type Weekday } from '@alongside/sla';

const DAY_MS = 86_400_000;

/** Days of the week that are open at the same times. */
export type HoursLine = { days: readonly Weekday[]; windows: readonly string[] };

/** An ordinary week, as somebody in one time zone sees it. */
export type WeekHours = { roundTheClock: boolean; lines: readonly HoursLine[] };

/**
 * The hours of an ordinary week in a reader's own time zone. Holidays are left out.
 * @param content sound hours
 * @param timeZone the reader's, IANA name
 * @param at ISO instant: the week it lies in is looked at, since zones change their clocks at different times
 */
export function weekHours(content: Pick<CalendarContent, 'tz' | 'week'>, timeZone: string, at: string): WeekHours {
  const calendar: Calendar = { tz: content.tz, week: content.week as Calendar['week'] };
  const monday = mondayOf(localReading(timeZone, at).wall.slice(0, 10));
  const from = startOfLocalDate(timeZone, monday);
  const to = startOfLocalDate(timeZone, dateAfter(monday, 7));
  // A day on either side, so that what runs over midnight between Sunday and Monday is seen whole.
  const around = openIntervals(
    calendar,
    startOfLocalDate(timeZone, dateAfter(monday, -1)),
    startOfLocalDate(timeZone, dateAfter(monday, 8)),
  );
  if (around.some((open) => open.from < from && open.to > to)) return { roundTheClock: true, lines: [] };
  const windows = WEEKDAYS.map((): string[] => []);
  for (const open of around) {
    for (const { from: begin, to: end } of splitLong(open, timeZone)) {
      if (begin < from || begin >= to) continue;
      const wall = localReading(timeZone, begin).wall;
      const day = Math.round(
        (Date.parse(`${wall.slice(0, 10)}T00:00:00Z`) - Date.parse(`${monday}T00:00:00Z`)) / DAY_MS,
      );
      const close = localReading(timeZone, end).wall.slice(11, 16);
      windows[day]?.push(`${wall.slice(11, 16)}-${close === '00:00' ? '24:00' : close}`);
    }
  }
  return { roundTheClock: false, lines: grouped(windows) };
}

/** The length of the longest ordinary working day, ms: what "a working day" means in a plan. Null round the clock. */
export function workingDayMs(content: Pick<CalendarContent, 'week'>): number | null {
  const days = Object.values(content.week).map((windows) =>
    (windows ?? []).reduce((sum, window) => sum + windowMs(window), 0),
  );
  const longest = Math.max(0, ...days);
  return longest === 0 || longest >= DAY_MS ? null : longest;
}

/** The length of a window such as "22:00-06:00", ms. */
export function windowMs(window: string): number {
  const [open = 0, close = 0] = window.split('-').map(minutesOf);
  return (close > open ? close - open : close + 24 * 60 - open) * 60_000;
}

function minutesOf(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return hour * 60 + minute;
}

/**
 * Days of the week in words: "Mon–Fri", "Sat, Sun"; "周一至周五".
 * @param days in the order of the week
 */
export function daysWords(days: readonly Weekday[], locale: Locale, everyDay: string): string {
  if (days.length === WEEKDAYS.length) return everyDay;
  const runs: Weekday[][] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last && WEEKDAYS.indexOf(last.at(-1)!) === WEEKDAYS.indexOf(day) - 1) last.push(day);
    else runs.push([day]);
  }
  const zh = locale === 'zh-CN';
  return runs
    .flatMap((run) => {
      if (run.length < 3) return run.map((day) => weekdayName(day, locale));
      return `${weekdayName(run[0]!, locale)}${zh ? '至' : '–'}${weekdayName(run.at(-1)!, locale)}`;
    })
    .join(zh ? '、' : ', ');
}

/** A day of the week, "Mon" or "Monday"; "周一" or "星期一". */
export function weekdayName(day: Weekday, locale: Locale, style: 'short' | 'long' = 'short'): string {
  // 5 January 1970 was a Monday.
  const at = Date.UTC(1970, 0, 5 + WEEKDAYS.indexOf(day));
  return new Intl.DateTimeFormat(locale, { weekday: style, timeZone: 'UTC' }).format(at);
}

function grouped(windows: readonly string[][]): HoursLine[] {
  const lines: { days: Weekday[]; windows: string[] }[] = [];
  WEEKDAYS.forEach((day, index) => {
    const own = windows[index]!;
    if (own.length === 0) return;
    const same = lines.find((line) => line.windows.join() === own.join());
    if (same) same.days.push(day);
    else lines.push({ days: [day], windows: own });
  });
  return lines;
}

/** What is open for longer than a day is told day by day. */
function splitLong(open: { from: string; to: string }, timeZone: string): { from: string; to: string }[] {
  const parts: { from: string; to: string }[] = [];
  let from = open.from;
  while (Date.parse(open.to) - Date.parse(from) > DAY_MS) {
    const next = startOfLocalDate(timeZone, dateAfter(localReading(timeZone, from).wall.slice(0, 10), 1));
    parts.push({ from, to: next });
    from = next;
  }
  return [...parts, { from, to: open.to }];
}

function mondayOf(date: string): string {
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return dateAfter(date, -weekday);
}

/** A local date so many days later. */
export function dateAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
