import { type Calendar, type CompiledCalendar, compileCalendar, DAY_MS } from './calendar.ts';
import { LAST_INSTANT_MS } from './input.ts';
import { evenStretches } from './time-zone.ts';

/** A stretch of time in ms since 1970-01-01T00:00Z, half-open. */
export type Span = { fromMs: number; toMs: number };

/**
 * The business time from an instant on, as spans in order; adjoining ones may come in pieces.
 * A wall clock that is set back shows the same readings twice, and both count; readings it skips never come (R2).
 * @param calendar null = round the clock
 */
export function* openSpans(calendar: Calendar | null, startMs: number): Generator<Span> {
  if (calendar === null) {
    yield { fromMs: startMs, toMs: LAST_INSTANT_MS };
    return;
  }
  const compiled = compileCalendar(calendar);
  for (const { startMs: from, endMs: to, offsetMs } of evenStretches(compiled.tz, startMs)) {
    const wallEndMs = to + offsetMs;
    for (let day = Math.floor((from + offsetMs) / DAY_MS); day * DAY_MS < wallEndMs; day += 1) {
      if (neverOpensAfter(compiled, day)) return;
      for (const { openMs, closeMs } of compiled.windowsOn(day)) {
        const fromMs = Math.max(day * DAY_MS + openMs - offsetMs, from);
        const toMs = Math.min(day * DAY_MS + closeMs - offsetMs, to);
        if (fromMs < toMs) yield { fromMs, toMs };
      }
    }
  }
}

// Overrides are finite: past the last one (and the tail of its night) a week without windows stays closed (R8).
function neverOpensAfter(calendar: CompiledCalendar, day: number): boolean {
  return !calendar.opensWeekly && day > calendar.lastSpecialDay + 1;
}

/** Cuts pauses, sorted by start, which may overlap each other, out of sorted spans (R5). */
export function* without(spans: Iterable<Span>, pauses: readonly Span[]): Generator<Span> {
  let first = 0;
  for (const { fromMs, toMs } of spans) {
    let at = fromMs;
    while (first < pauses.length && pauses[first]!.toMs <= at) first += 1;
    for (let index = first; index < pauses.length && pauses[index]!.fromMs < toMs; index += 1) {
      const pause = pauses[index]!;
      if (pause.fromMs > at) yield { fromMs: at, toMs: pause.fromMs };
      at = Math.max(at, pause.toMs);
    }
    if (at < toMs) yield { fromMs: at, toMs };
  }
}

/**
 * The earliest instant at which a budget is used up inside sorted spans (R3).
 * @param budgetMs more than zero
 * @returns null when it never is
 */
export function usedUpAt(spans: Iterable<Span>, budgetMs: number): number | null {
  let remainingMs = budgetMs;
  for (const { fromMs, toMs } of spans) {
    if (remainingMs <= toMs - fromMs) return fromMs + remainingMs;
    remainingMs -= toMs - fromMs;
  }
  return null;
}

/** How much of sorted spans lies before an instant, in milliseconds (R2). */
export function spentBefore(spans: Iterable<Span>, toMs: number): number {
  let sumMs = 0;
  for (const span of spans) {
    if (span.fromMs >= toMs) break;
    sumMs += Math.min(span.toMs, toMs) - span.fromMs;
  }
  return sumMs;
}
