import { readInstant } from '../input.ts';
import { type ClockInput, TARGETS } from './events.ts';
import { hoursBook } from './hours.ts';
import { exclusionOf, policyBook, readLog } from './log.ts';
import type { ClockState } from './state.ts';
import { inOrder, TicketClock } from './ticket-clock.ts';

/**
 * Where a ticket's clock stands, as a pure function of what happened, the plans, the calendars and the time (R7).
 * Evaluating later only adds to `moments`; an event at an instant changes none before it, except where a person said
 * so: a merge, a recalculation, an exclusion taken back.
 * @returns an empty clock before the ticket was opened
 * @throws SlaInputError naming the field: `events.3.at`, `policy.0.priorities.P1.targetsMs.resolve`, `calendars`
 */
export function evaluate(input: ClockInput): ClockState {
  const nowMs = readInstant(input.now, 'now');
  const log = readLog(input.events, nowMs);
  const { stopsAfter, reason } = exclusionOf(log);
  const recalculated = log.findLast(({ event }) => event.type === 'recalculated');
  const books = {
    policy: policyBook(input.policy),
    hours: hoursBook(input.calendars, nowMs, recalculated?.atMs ?? null),
  };
  let clock: TicketClock | null = null;
  for (const entry of log) {
    const { atMs, event } = entry;
    clock?.settleBefore(atMs);
    if (event.type === 'opened') clock = new TicketClock(event, atMs, books);
    else clock?.apply(event, atMs);
    if (entry === stopsAfter) {
      clock?.stop(atMs);
      break;
    }
  }
  if (!clock) return { cycles: [], moments: [], next: null, excluded: reason };
  clock.settleAt(nowMs);
  const { cycles } = clock;
  return {
    cycles: cycles
      .toSorted((a, b) => a.startMs - b.startMs || TARGETS.indexOf(a.target) - TARGETS.indexOf(b.target) || a.n - b.n)
      .map((cycle) => cycle.toCycle(nowMs)),
    moments: cycles
      .flatMap(({ moments }) => moments)
      .sort(inOrder)
      .map(({ moment }) => moment),
    next: clock.next(nowMs)?.moment ?? null,
    excluded: reason,
  };
}
