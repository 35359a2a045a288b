import { type Calendar, dueAt, isOpenAt } from '@alongside/sla';
import { calendarVersionsFor } from '../plans/queries.ts';
import type { DbOrTrx } from '../platform/database/database.ts';

/** Whether somebody works at a moment, and when they begin next if not. */
export type WorkingHours = { workingNow: boolean; nextWorkingAt: string | null };

const ALWAYS: WorkingHours = { workingNow: true, nextWorkingAt: null };
const NEVER: WorkingHours = { workingNow: false, nextWorkingAt: null };

/**
 * Who works when, by calendar.
 * @returns asked with a profile's calendar; null = works round the clock
 */
export async function workingHoursAt(
  db: DbOrTrx,
  calendarIds: readonly (string | null)[],
  now: Date,
): Promise<(calendarId: string | null) => WorkingHours> {
  const wanted = [...new Set(calendarIds)].filter((id) => id !== null);
  const at = now.toISOString();
  const known = new Map<string, WorkingHours>();
  // In order: the last one that has begun is in force; a calendar's first counts before that too.
  for (const { calendarId, validFrom, calendar } of await calendarVersionsFor(db, wanted))
    if (validFrom <= at || !known.has(calendarId)) known.set(calendarId, hoursAt(calendar, at));
  return (calendarId) => (calendarId === null ? ALWAYS : (known.get(calendarId) ?? NEVER));
}

function hoursAt(calendar: Calendar, at: string): WorkingHours {
  if (isOpenAt(calendar, at)) return ALWAYS;
  try {
    // The first millisecond of work is used up one after the opening.
    return { workingNow: false, nextWorkingAt: new Date(Date.parse(dueAt(calendar, at, 1)) - 1).toISOString() };
  } catch {
    // It has overrides only, and the last of them is over.
    return NEVER;
  }
}
