import type { CalendarContent, HolidayDay } from '@alongside/contracts';
import { WEEKDAYS, type Weekday } from '@alongside/sla';
import { isSame } from './same.ts';

type Special = Pick<CalendarContent, 'holidays' | 'overrides'>;

/** What a date is in a calendar: as the week says, closed, or with hours of its own. */
export type DayKind = 'ordinary' | 'holiday' | 'own';

export function kindOf({ holidays, overrides }: Special, date: string): DayKind {
  if (date in overrides) return 'own';
  return holidays.includes(date) ? 'holiday' : 'ordinary';
}

/** Whether the week's windows open on a date that is as the week says. */
export function opensOrdinarily({ week }: Pick<CalendarContent, 'week'>, date: string): boolean {
  return (week[weekdayOf(date)] ?? []).length > 0;
}

export function weekdayOf(date: string): Weekday {
  return WEEKDAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7]!;
}

/** Makes a date something else. One with hours of its own gets those of an ordinary working day to begin with. */
export function withKind(content: CalendarContent, date: string, kind: DayKind): CalendarContent {
  const { [date]: own, ...overrides } = content.overrides;
  const holidays = content.holidays.filter((one) => one !== date);
  if (kind === 'holiday') return { ...content, holidays: [...holidays, date].sort(), overrides };
  if (kind === 'own') return withWindows({ ...content, holidays, overrides }, date, own ?? workingDay(content));
  return { ...content, holidays, overrides };
}

/** Sets a date's own windows, in their order. */
export function withWindows(content: CalendarContent, date: string, windows: readonly string[]): CalendarContent {
  const overrides = { ...content.overrides, [date]: [...windows] };
  return { ...content, overrides: Object.fromEntries(Object.entries(overrides).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** The windows of the first day of the week that has any; what a make-up workday is like. */
export function workingDay({ week }: Pick<CalendarContent, 'week'>): string[] {
  return WEEKDAYS.map((day) => week[day] ?? []).find((windows) => windows.length > 0) ?? ['09:00-18:00'];
}

/**
 * A calendar with holidays and make-up workdays added; what it has already stays. As packages/sla does it (R35), but also
 * while the week is only half edited: whether it is sound the server says.
 */
export function withDays(content: CalendarContent, days: readonly HolidayDay[]): CalendarContent {
  const datesOf = (kind: HolidayDay['kind']) => days.filter((day) => day.kind === kind).map(({ date }) => date);
  const windows = workingDay(content);
  const overrides = { ...Object.fromEntries(datesOf('workday').map((date) => [date, windows])), ...content.overrides };
  return {
    ...content,
    holidays: [...new Set([...content.holidays, ...datesOf('holiday')])].sort(),
    overrides: Object.fromEntries(Object.entries(overrides).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Of these days, those a calendar does not have yet. */
export function newDays(content: Special, days: readonly HolidayDay[]): HolidayDay[] {
  return days.filter(({ date, kind }) =>
    kind === 'holiday' ? !content.holidays.includes(date) : !(date in content.overrides),
  );
}

/** A stretch of dates of one kind, for lists. */
export type DayRange = { from: string; to: string; kind: 'holiday' | 'own'; windows: readonly string[] };

/** The special days of a year, those that follow each other and are alike as one. */
export function rangesOf(content: Special, year: number): DayRange[] {
  const dates = [...new Set([...content.holidays, ...Object.keys(content.overrides)])]
    .filter((date) => date.startsWith(`${year}-`))
    .sort();
  const ranges: DayRange[] = [];
  for (const date of dates) {
    const kind = date in content.overrides ? 'own' : 'holiday';
    const windows = content.overrides[date] ?? [];
    const last = ranges.at(-1);
    const follows = last && Date.parse(`${date}T00:00:00Z`) - Date.parse(`${last.to}T00:00:00Z`) === 86_400_000;
    if (follows && last.kind === kind && last.windows.join() === windows.join()) last.to = date;
    else ranges.push({ from: date, to: date, kind, windows });
  }
  return ranges;
}

/**
 * What somebody is editing, put onto what the server has saved meanwhile: dates that came or went there do so here too,
 * and the zone and the days of the week are the server's where they were not touched here.
 * @param before what the editing began from
 * @param after what the server has now
 */
export function rebased(draft: CalendarContent, before: CalendarContent, after: CalendarContent): CalendarContent {
  const gone = before.holidays.filter((date) => !after.holidays.includes(date));
  const came = after.holidays.filter((date) => !before.holidays.includes(date));
  const holidays = [...new Set([...draft.holidays.filter((date) => !gone.includes(date)), ...came])].sort();
  const overrides = { ...draft.overrides };
  for (const date of Object.keys(before.overrides)) if (!(date in after.overrides)) delete overrides[date];
  for (const [date, windows] of Object.entries(after.overrides))
    if (windows.join() !== before.overrides[date]?.join()) overrides[date] = windows;
  const week: CalendarContent['week'] = {};
  for (const day of WEEKDAYS) {
    const windows = isSame(hoursOf(draft, day), hoursOf(before, day)) ? after.week[day] : draft.week[day];
    if (windows !== undefined) week[day] = windows;
  }
  return { tz: draft.tz === before.tz ? after.tz : draft.tz, week, holidays, overrides };
}

// In order, as they are saved: the draft's stand as they were entered.
function hoursOf({ week }: CalendarContent, day: Weekday): string[] {
  return [...(week[day] ?? [])].sort();
}
