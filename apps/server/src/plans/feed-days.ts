import type { CalendarContent, HolidayDay } from '@alongside/contracts';
import { calendarWith, WEEKDAYS } from '@alongside/sla';

/**
 * A calendar after its feed says something new. Only what changed in the feed is carried over, so that what somebody
 * changed by hand stays; what is past stays as it was.
 * @param before what the feed said when it was last read
 * @param today local date of the calendar
 * @param others what the calendar's other feeds say: what one of them still says stays
 */
export function withFeedDays(
  content: CalendarContent,
  before: readonly HolidayDay[],
  next: readonly HolidayDay[],
  today: string,
  others: readonly HolidayDay[] = [],
): CalendarContent {
  const key = ({ date, kind }: HolidayDay) => `${date} ${kind}`;
  const [had, has] = [new Set(before.map(key)), new Set(next.map(key))];
  const held = new Set(others.map(key));
  const added = next.filter((day) => !had.has(key(day)));
  const gone = before.filter((day) => !has.has(key(day)) && !held.has(key(day)) && day.date >= today);
  if (added.length === 0 && gone.length === 0) return content;
  const workdayWindows = ordinaryWindows(content);
  const goneHolidays = new Set(gone.filter(({ kind }) => kind === 'holiday').map(({ date }) => date));
  const goneWorkdays = new Set(gone.filter(({ kind }) => kind === 'workday').map(({ date }) => date));
  const kept = {
    ...content,
    holidays: content.holidays.filter((date) => !goneHolidays.has(date)),
    overrides: Object.fromEntries(
      Object.entries(content.overrides).filter(
        ([date, windows]) => !goneWorkdays.has(date) || windows.join() !== workdayWindows.join(),
      ),
    ),
  };
  const { holidays = [], overrides = {} } = calendarWith(kept, added, { workdayWindows });
  return { ...content, holidays, overrides };
}

/** The hours of a make-up workday: those of the first weekday that has any. */
export function ordinaryWindows(content: CalendarContent): string[] {
  return WEEKDAYS.map((day) => content.week[day] ?? []).find((windows) => windows.length > 0) ?? [];
}
