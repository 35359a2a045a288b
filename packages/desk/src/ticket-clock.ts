import type { LocalisedText, OpenCycle, PlanContent, RecordedBody, TicketClock } from '@alongside/contracts';
import {
  type CalendarVersion,
  type ClockState,
  type Cycle,
  evaluate,
  type Moment,
  type PolicyVersion,
} from '@alongside/sla';
import { clockEvents, type LoggedEvent } from './clock-events.ts';

/** A version of a plan, as much of it as a ticket is judged by. */
export type JudgingPlan = {
  versionId: string;
  name: LocalisedText;
  content: Pick<PlanContent, 'priorities' | 'assistantCounts' | 'pausesOnHold' | 'warnAtShare'>;
};

/** By what a ticket is judged: at least the versions its log names, with their calendars. */
export type ClockBasis = { plans: readonly JudgingPlan[]; calendars: readonly CalendarVersion[] };

/** A ticket's clock: as it travels, and with all that led to it. */
export type TicketClockState = { clock: TicketClock | null; state: ClockState };

const EMPTY: TicketClockState = { clock: null, state: { cycles: [], moments: [], next: null, excluded: null } };

/**
 * Where a ticket's clock stands.
 * @param log from its first event, by `seq`; see CLOCK_EVENT_TYPES
 * @param now ISO instant; what the log says of later has not happened yet
 */
export function ticketClockAt(log: readonly LoggedEvent[], basis: ClockBasis, now: string): TicketClockState {
  if (!log.some(({ body }) => planOf(body) !== undefined)) return EMPTY;
  const state = evaluate({
    events: clockEvents(log),
    policy: basis.plans.map(policyOf),
    calendars: [...basis.calendars],
    now,
  });
  return { clock: clockOf(log, state, now), state };
}

/** The versions of plans a log names. */
export function plansNamedIn(log: readonly Pick<LoggedEvent, 'body'>[]): string[] {
  const ids = log.map(({ body }) => planOf(body)?.versionId).filter((id) => id !== undefined);
  return [...new Set(ids)];
}

/** The calendars these versions of plans run on. */
export function calendarsOf(plans: readonly JudgingPlan[]): string[] {
  const ids = plans.flatMap(({ content }) => Object.values(content.priorities).map(({ calendarId }) => calendarId));
  return [...new Set(ids.filter((id) => id !== null))];
}

/** The moments that have come and that the log does not hold yet, in order. */
export function unrecorded(log: readonly LoggedEvent[], moments: readonly Moment[]): Moment[] {
  const recorded = new Set<string>();
  for (const { body, at } of log) {
    if (body.type === 'clock.warned') recorded.add(`warning ${body.cycleId} ${at}`);
    if (body.type === 'clock.breached') recorded.add(`breach ${body.cycleId} ${at}`);
  }
  return moments.filter(({ kind, cycleId, at }) => !recorded.has(`${kind} ${cycleId} ${at}`));
}

/**
 * What the timeline says of a moment.
 * @param cycles of the same evaluation
 * @param noticedAt ISO instant at which it is written down
 */
export function momentBody(
  { kind, cycleId, target, at }: Moment,
  cycles: readonly Cycle[],
  noticedAt: string,
): Extract<RecordedBody, { type: 'clock.warned' | 'clock.breached' }> {
  if (kind === 'breach') return { type: 'clock.breached', cycleId, target, dueAt: at, noticedAt };
  const dueAt = cycles.find(({ id }) => id === cycleId)?.dueAt ?? at;
  return { type: 'clock.warned', cycleId, target, dueAt };
}

/** The calendars by whose edits deadlines stand elsewhere than before, of two clocks between which nothing happened. */
export function movedCalendars(before: TicketClock | null, after: TicketClock | null): string[] {
  const dueBefore = new Map(before?.cycles.map(({ id, dueAt, warnAt }) => [id, { dueAt, warnAt }]));
  const moved = (after?.cycles ?? []).filter(({ id, dueAt, calendarId }) => {
    const known = dueBefore.get(id);
    return known !== undefined && calendarId !== null && known.dueAt !== dueAt;
  });
  return [...new Set(moved.map(({ calendarId }) => calendarId!))];
}

function planOf(body: LoggedEvent['body']): { versionId: string; name: LocalisedText } | null | undefined {
  if (body.type === 'ticket.opened') return body.plan;
  return body.type === 'ticket.plan_set' ? body.to : undefined;
}

function clockOf(log: readonly LoggedEvent[], { cycles }: ClockState, now: string): TicketClock | null {
  const plan = log.findLast(({ body, at }) => at <= now && planOf(body) !== undefined);
  const named = plan && planOf(plan.body);
  const open = cycles.filter(({ endedAt }) => endedAt === null);
  if (!named || open.length === 0) return null;
  const due = open.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt !== null);
  return {
    plan: { versionId: named.versionId, name: named.name },
    nextDueAt: due.toSorted()[0] ?? null,
    cycles: open.map(openCycle),
  };
}

/** A cycle as it travels: without what changes while time passes. */
export function openCycle(cycle: Cycle): OpenCycle {
  const { id, target, priority, calendarId, startAt, budgetMs, dueAt, warnAt, pausedSince, pauseReason } = cycle;
  return {
    id,
    target,
    priority,
    calendarId,
    startAt,
    budgetMs,
    dueAt,
    warnAt,
    pausedSince,
    pauseReason,
    pausedMs: cycle.pauses.reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0),
    leftMs: pausedSince === null ? null : cycle.leftMs,
  };
}

// packages/sla looks a version over once, by its identity.
const policies = new WeakMap<JudgingPlan['content'], PolicyVersion>();

function policyOf({ versionId, content }: JudgingPlan): PolicyVersion {
  const known = policies.get(content);
  if (known?.id === versionId) return known;
  const { assistantCounts, pausesOnHold, warnAtShare } = content;
  // The shapes agree but for "undefined", which JSON never holds.
  const priorities = content.priorities as PolicyVersion['priorities'];
  const policy = { id: versionId, priorities, assistantCounts, pausesOnHold, warnAtShare };
  policies.set(content, policy);
  return policy;
}
