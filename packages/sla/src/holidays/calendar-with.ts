import { type Calendar, calendarIssues, readDate } from '../calendar.ts';
import { SlaInputError, type SlaIssue } from '../input.ts';
import type { HolidayDay } from './holiday.ts';

/**
 * A calendar with more holidays and make-up workdays (R35). What it has already stays; the one given is not changed.
 * @param workdayWindows the windows of a make-up workday; those of the week's Monday unless said
 * @throws SlaInputError when there is a make-up workday and no windows for it, or a date or window that is none
 */
export function calendarWith(
  calendar: Calendar,
  days: readonly HolidayDay[],
  { workdayWindows = calendar.week.mon }: { workdayWindows?: string[] } = {},
): Calendar {
  const issues: SlaIssue[] = days.flatMap(({ date }, index) =>
    readDate(date) === null ? [{ field: `days.${index}.date`, problem: 'is not a date such as 2026-05-14' }] : [],
  );
  const workdays = days.filter(({ kind }) => kind === 'workday').map(({ date }) => date);
  if (workdays.length > 0 && !workdayWindows?.length)
    issues.push({ field: 'workdayWindows', problem: 'is needed for make-up workdays: Monday has no windows' });
  if (issues.length > 0) throw new SlaInputError(issues);
  const holidays = days.filter(({ kind }) => kind === 'holiday').map(({ date }) => date);
  const overrides = new Map(workdays.map((date) => [date, [...workdayWindows!]]));
  for (const [date, windows] of Object.entries(calendar.overrides ?? {})) overrides.set(date, windows);
  const result: Calendar = {
    ...calendar,
    holidays: [...new Set([...(calendar.holidays ?? []), ...holidays])].sort(),
    overrides: Object.fromEntries([...overrides].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  const unsound = calendarIssues(result);
  if (unsound.length > 0) throw new SlaInputError(unsound);
  return result;
}
