import type { Calendar } from './calendar.ts';
import { readBudget, readInstant, SlaInputError, writeInstant } from './input.ts';
import { openSpans, type Span, spentBefore, usedUpAt, without } from './spans.ts';

/** ISO instants, half-open. */
export type Interval = { from: string; to: string };

/**
 * When a budget of business time is used up (R1 to R3, R5).
 * @param calendar the team's hours; null = round the clock. What is worked out for it is remembered by its identity:
 *   make a new object instead of changing one
 * @param start ISO instant
 * @param budgetMs real elapsed milliseconds inside business time
 * @param pauses stretches that do not count; they may overlap and come in any order
 * @returns the earliest instant at which the budget is used up, ISO; `start` itself for a budget of zero
 * @throws SlaInputError on bad input, on a calendar that never opens again, and past the year 9999
 */
export function dueAt(calendar: Calendar | null, start: string, budgetMs: number, pauses: Interval[] = []): string {
  const startMs = readInstant(start, 'start');
  const budget = readBudget(budgetMs, 'budgetMs');
  if (budget === 0) return writeInstant(startMs);
  const dueMs = usedUpAt(without(openSpans(calendar, startMs), readPauses(pauses)), budget);
  if (dueMs !== null) return writeInstant(dueMs);
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
  return spentBefore(without(openSpans(calendar, fromMs), readPauses(pauses)), toMs);
}

/** Whether the team is working at an instant (R1). */
export function isOpenAt(calendar: Calendar | null, at: string): boolean {
  const atMs = readInstant(at, 'at');
  const first = openSpans(calendar, atMs).next();
  return !first.done && first.value.fromMs === atMs;
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
