import { type Calendar, type CompiledCalendar, compileCalendar, DAY_MS } from './calendar.ts';
import { LAST_INSTANT_MS, readBudget, readInstant, SlaInputError } from './input.ts';
import { evenStretches } from './time-zone.ts';

/** ISO instants, half-open. */
export type Interval = { from: string; to: string };

type Span = { fromMs: number; toMs: number };

/**
 * When a budget of business time is used up (R1 to R3, R5).
 * @param calendar the team's hours; null = round the clock
 * @param start ISO instant
 * @param budgetMs real elapsed milliseconds inside business time
 * @param pauses stretches that do not count; they may overlap and come in any order
 * @returns the earliest instant at which the budget is used up, ISO; `start` itself for a budget of zero
 * @throws SlaInputError on bad input, on a calendar that never opens again, and past the year 9999
 */
export function dueAt(calendar: Calendar | null, start: string, budgetMs: number, pauses: Interval[] = []): string {
  const startMs = readInstant(start, 'start');
  let remainingMs = readBudget(budgetMs, 'budgetMs');
  if (remainingMs === 0) return new Date(startMs).toISOString();
  for (const { fromMs, toMs } of without(openSpans(calendar, startMs), readPauses(pauses))) {
    if (remainingMs <= toMs - fromMs) return new Date(fromMs + remainingMs).toISOString();
    remainingMs -= toMs - fromMs;
  }
  throw new SlaInputError([{ field: 'budgetMs', problem: 'is never used up: the calendar does not open long enough' }]);
}

/**
 * How much business time passed between two instants (R1, R2, R5), in milliseconds.
 * @throws SlaInputError on bad input, also when `to` lies before `from`
 */
export function elapsedMs(calendar: Calendar | null, from: string, to: string, pauses: Interval[] = []): number {
  const fromMs = readInstant(from, 'from');
  const toMs = readInstant(to, 'to');
  if (toMs < fromMs) throw new SlaInputError([{ field: 'to', problem: 'lies before from' }]);
  let sumMs = 0;
  for (const span of without(openSpans(calendar, fromMs), readPauses(pauses))) {
    if (span.fromMs >= toMs) break;
    sumMs += Math.min(span.toMs, toMs) - span.fromMs;
  }
  return sumMs;
}

/** Whether the team is working at an instant (R1). */
export function isOpenAt(calendar: Calendar | null, at: string): boolean {
  const atMs = readInstant(at, 'at');
  const first = openSpans(calendar, atMs).next();
  return !first.done && first.value.fromMs === atMs;
}

/**
 * The business time from an instant on, as spans in order.
 * A wall clock that is set back shows the same readings twice, and both count; readings it skips never come (R2).
 */
function* openSpans(calendar: Calendar | null, startMs: number): Generator<Span> {
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

function readPauses(pauses: Interval[]): Span[] {
  const spans = pauses.map(({ from, to }, index) => {
    const span = { fromMs: readInstant(from, `pauses.${index}.from`), toMs: readInstant(to, `pauses.${index}.to`) };
    if (span.toMs < span.fromMs)
      throw new SlaInputError([{ field: `pauses.${index}`, problem: 'ends before it starts' }]);
    return span;
  });
  return spans.sort((a, b) => a.fromMs - b.fromMs);
}

// Cuts sorted pauses (which may overlap each other) out of sorted spans.
function* without(spans: Iterable<Span>, pauses: readonly Span[]): Generator<Span> {
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
