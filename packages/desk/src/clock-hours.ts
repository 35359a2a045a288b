import { type CalendarVersion, type Cycle, type Interval, openIntervals } from '@alongside/sla';
import type { LoggedEvent } from './clock-events.ts';

/** More of them than this tell nobody anything any more. */
const CLOSED_MAX = 400;

/**
 * When the team was closed while a promise ran, by the hours that judged it: each version of a calendar from when it
 * was saved, the newest of a recalculation for all that lay before it (packages/sla, R6).
 * @param to ISO instant up to where one looks
 * @returns in order; null where there are too many to show
 */
export function closedIntervals(
  log: readonly LoggedEvent[],
  calendars: readonly CalendarVersion[],
  { calendarId, startAt }: Pick<Cycle, 'calendarId' | 'startAt'>,
  to: string,
): Interval[] | null {
  if (calendarId === null || to <= startAt) return [];
  const recalculatedAt = log.findLast(({ body }) => body.type === 'clock.recalculated')?.at ?? null;
  const open = versionsInForce(calendars, calendarId, recalculatedAt).flatMap(({ calendar, from, until }) => {
    const [first, last] = [from > startAt ? from : startAt, until < to ? until : to];
    return first < last ? openIntervals(calendar, first, last) : [];
  });
  const closed: Interval[] = [];
  let at = startAt;
  for (const span of open) {
    if (span.from > at) closed.push({ from: at, to: span.from });
    at = span.to;
  }
  if (at < to) closed.push({ from: at, to });
  return closed.length > CLOSED_MAX ? null : closed;
}

const BEFORE_ALL = '0000';
const AFTER_ALL = '9999-12-31T23:59:59.999Z';

function versionsInForce(calendars: readonly CalendarVersion[], calendarId: string, recalculatedAt: string | null) {
  const saved = calendars
    .filter((version) => version.calendarId === calendarId)
    .toSorted((a, b) => (a.validFrom === b.validFrom ? a.version - b.version : a.validFrom < b.validFrom ? -1 : 1));
  const first =
    recalculatedAt === null ? 0 : Math.max(0, saved.filter(({ validFrom }) => validFrom <= recalculatedAt).length - 1);
  return saved.slice(first).map(({ calendar, validFrom }, place, all) => ({
    calendar,
    from: place === 0 ? BEFORE_ALL : validFrom,
    until: all[place + 1]?.validFrom ?? AFTER_ALL,
  }));
}
