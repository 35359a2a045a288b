import type { SupportCalendarVersion } from '@alongside/contracts';
import { isSame } from './same.ts';

export const CALENDAR_CHANGES = ['name', 'timeZone', 'week', 'holidays'] as const;
export type CalendarChange = (typeof CALENDAR_CHANGES)[number];

/** What a version of a calendar changed; nothing where it is the first. */
export function calendarChanges(
  before: SupportCalendarVersion | undefined,
  after: SupportCalendarVersion,
): CalendarChange[] {
  if (!before) return [];
  const parts: Record<CalendarChange, (version: SupportCalendarVersion) => unknown> = {
    name: ({ name }) => name,
    timeZone: ({ content }) => content.tz,
    week: ({ content }) => content.week,
    holidays: ({ content }) => [content.holidays, content.overrides],
  };
  return CALENDAR_CHANGES.filter((part) => !isSame(parts[part](before), parts[part](after)));
}
