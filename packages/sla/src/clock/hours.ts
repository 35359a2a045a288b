import type { Calendar } from '../calendar.ts';
import { LAST_INSTANT_MS, readInstant, SlaInputError } from '../input.ts';
import { openSpans, type Span, spentBefore, usedUpAt, without } from '../spans.ts';
import type { CalendarVersion } from './events.ts';

/** Far before any instant that can be written. */
const ALWAYS_MS = Number.NEGATIVE_INFINITY;

type InForce = { fromMs: number; calendar: Calendar | null };

/**
 * The hours a cycle runs on, with every edit in its place: business time at an instant is judged by the version in
 * force at that instant (R6). `knownMs` says from where one looks: versions saved later are not known there yet.
 */
export type Hours = {
  calendarId: string | null;
  /** When a budget (zero included) that counts from an instant is used up; null when it never is. */
  dueMs(fromMs: number, budgetMs: number, knownMs: number, pauses?: readonly Span[]): number | null;
  /** Business time between two instants, pauses removed. */
  elapsedMs(fromMs: number, toMs: number, pauses?: readonly Span[]): number;
};

/**
 * The hours by calendar, as known at `nowMs`.
 * @param recalculatedMs from the last recalculation, the version that was newest then judges all that lay before (R6);
 *   null = there was none
 * @returns a lookup that throws SlaInputError for a calendar without any version
 */
export function hoursBook(
  calendars: readonly CalendarVersion[],
  nowMs: number,
  recalculatedMs: number | null,
): (calendarId: string | null) => Hours {
  const opened = new Map<string | null, Hours>();
  return (calendarId) => {
    const known = opened.get(calendarId);
    if (known) return known;
    const versions =
      calendarId === null
        ? [{ fromMs: ALWAYS_MS, calendar: null }]
        : versionsInForce(calendars, calendarId, nowMs, recalculatedMs);
    const hours = hoursOf(calendarId, versions);
    opened.set(calendarId, hours);
    return hours;
  };
}

function versionsInForce(
  calendars: readonly CalendarVersion[],
  calendarId: string,
  nowMs: number,
  recalculatedMs: number | null,
): InForce[] {
  const versions = calendars
    .map((saved, index) => ({ saved, index }))
    .filter(({ saved }) => saved.calendarId === calendarId)
    .map(({ saved, index }) => ({
      ...saved,
      index,
      fromMs: readInstant(saved.validFrom, `calendars.${index}.validFrom`),
    }))
    .sort((a, b) => a.fromMs - b.fromMs || a.version - b.version);
  if (versions.length === 0)
    throw new SlaInputError([{ field: 'calendars', problem: `has no version of ${calendarId}` }]);
  versions.forEach(({ fromMs, version, index }, place) => {
    const next = versions[place + 1];
    if (next && next.fromMs === fromMs && next.version === version)
      throw new SlaInputError([{ field: `calendars.${Math.max(index, next.index)}`, problem: 'is given twice' }]);
  });
  const countNotAfter = (atMs: number) => Math.max(1, versions.filter(({ fromMs }) => fromMs <= atMs).length);
  const first = recalculatedMs === null ? 0 : countNotAfter(recalculatedMs) - 1;
  // The first version holds for all time before it too.
  return versions
    .slice(first, countNotAfter(nowMs))
    .map(({ fromMs, calendar }, place) => ({ fromMs: place === 0 ? ALWAYS_MS : fromMs, calendar }));
}

function hoursOf(calendarId: string | null, versions: readonly InForce[]): Hours {
  const spansFrom = (fromMs: number, knownMs: number, pauses: readonly Span[]) => {
    const spans =
      versions.length === 1 ? openSpans(versions[0]!.calendar, fromMs) : spansAcross(versions, fromMs, knownMs);
    return pauses.length === 0 ? spans : without(spans, pauses);
  };
  return {
    calendarId,
    dueMs: (fromMs, budgetMs, knownMs, pauses = []) =>
      budgetMs === 0 ? fromMs : usedUpAt(spansFrom(fromMs, knownMs, pauses), budgetMs),
    elapsedMs: (fromMs, toMs, pauses = []) => (toMs <= fromMs ? 0 : spentBefore(spansFrom(fromMs, toMs, pauses), toMs)),
  };
}

// Each version from the instant it was saved to the instant the next one was.
function* spansAcross(versions: readonly InForce[], fromMs: number, knownMs: number): Generator<Span> {
  for (let index = 0; index < versions.length; index += 1) {
    if (index > 0 && versions[index]!.fromMs > knownMs) return;
    const next = versions[index + 1];
    const untilMs = next && next.fromMs <= knownMs ? next.fromMs : LAST_INSTANT_MS;
    if (untilMs <= fromMs) continue;
    for (const span of openSpans(versions[index]!.calendar, Math.max(fromMs, versions[index]!.fromMs))) {
      if (span.fromMs >= untilMs) break;
      yield { fromMs: span.fromMs, toMs: Math.min(span.toMs, untilMs) };
    }
  }
}
