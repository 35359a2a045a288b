import type {
  CalendarContent,
  Cycle,
  getTicketClock,
  PauseReason,
  previewTicketClock,
  ReadMark,
  RouteReply,
  TicketEvent,
  TicketEventBody,
  TicketHead,
  TicketView,
} from '@alongside/contracts';
import {
  closedIntervals,
  foldTicketEvents,
  type LoggedEvent,
  openCycle,
  type Reader,
  rightsOf,
  seesInternal,
  ticketClockAt,
} from '@alongside/desk';
import type { Cycle as SlaCycle } from '@alongside/sla';
import type { Selectable } from 'kysely';
import type { KnownBasis } from './clock.queries.ts';
import type { TicketEventRow, TicketRow, TicketsTables } from './tables.ts';

/** The ticket's head as this reader sees it: from its row, never from the fold. */
export function presentHead(row: Readonly<TicketRow>, reader: Reader): TicketHead {
  const internal = seesInternal(reader);
  return {
    id: row.id,
    number: row.number,
    subject: row.subject,
    topic: row.topic,
    priority: row.priority,
    state: row.state,
    channel: row.channel,
    organisation: named(row.organisationId, row.organisationName),
    contact: { id: row.contactId, name: row.contactName, anonymous: row.contactAnonymous },
    assignee: named(row.assigneeId, row.assigneeName),
    openedAt: row.openedAt.toISOString(),
    updatedAt: (internal ? row.updatedAt : row.publicUpdatedAt).toISOString(),
    unansweredSince: row.unansweredSince?.toISOString() ?? null,
    lastMessage: row.lastMessage,
    rating: row.rating,
    activeCall: row.activeCall,
    clock: internal ? row.clock : row.publicClock,
    requested: row.requested,
    drill: row.drill,
    excluded: internal ? row.excluded : null,
    mergedInto: row.mergedInto,
    seq: internal ? row.seq : row.publicSeq,
    publicSeq: row.publicSeq,
  };
}

/**
 * An event as this reader receives it.
 * @returns null when it is not for their eyes
 */
export function presentEvent(row: TicketEventRow, reader: Reader): TicketEvent | null {
  const internal = seesInternal(reader);
  const seq = internal ? row.seq : row.publicSeq;
  if (seq === null) return null;
  return {
    id: row.id,
    ticketId: row.ticketId,
    seq,
    publicSeq: row.publicSeq,
    at: row.at.toISOString(),
    by: row.actor,
    body: internal ? row.body : withoutReasons(row.body),
    clock: row.clockAfter,
    // Of the time of the event, so that whoever folds the log step by step sees the rights of each step.
    may: rightsOf(reader, { state: row.stateAfter, contact: { id: row.contactAfter, name: '', anonymous: false } }),
  };
}

/** The team's reasons for what customers may know of stay with the team. */
function withoutReasons(body: TicketEventBody): TicketEventBody {
  switch (body.type) {
    case 'ticket.priority_set':
    case 'ticket.plan_set':
    case 'clock.recalculated':
      return { ...body, reason: '' };
    case 'ticket.assigned': {
      const { routing: _, ...rest } = body;
      return rest;
    }
    default:
      return body;
  }
}

export function presentEvents(rows: readonly TicketEventRow[], reader: Reader): TicketEvent[] {
  return rows.map((row) => presentEvent(row, reader)).filter((event) => event !== null);
}

/** The whole ticket. @param log all of its events up to the row's `seq` */
export function presentView(row: TicketRow, log: readonly TicketEventRow[], reader: Reader): TicketView {
  const ticket = presentHead(row, reader);
  const folded = foldTicketEvents(null, presentEvents(log, reader));
  return { ticket, context: row.context, may: rightsOf(reader, ticket), entries: folded?.entries ?? [] };
}

/**
 * Every promise of a ticket. Customers are not told of the team's own reasons for a pause.
 * @param log what its clock reads; see CLOCK_EVENT_TYPES
 */
export function presentClock(
  log: readonly LoggedEvent[],
  { plans, calendars }: KnownBasis,
  now: Date,
  reader: Reader,
): RouteReply<typeof getTicketClock> {
  const { state } = ticketClockAt(log, { plans, calendars }, now.toISOString());
  const newest = new Map(
    calendars
      .filter(({ validFrom }) => Date.parse(validFrom) <= now.getTime())
      .map((saved) => [saved.calendarId, saved]),
  );
  return {
    at: now.toISOString(),
    cycles: state.cycles.map((cycle) => ({
      ...presentCycle(cycle, reader),
      closed: closedIntervals(log, calendars, cycle, lastOf(cycle, now)),
    })),
    plans: plans.map(({ planId, versionId, name, version }) => ({ planId, versionId, version, name })),
    calendars: [...newest.values()].map(({ calendarId, version, name, validFrom, calendar }) => ({
      id: calendarId,
      version,
      name,
      validFrom,
      content: calendar as CalendarContent,
    })),
  };
}

/** The last instant of a promise that is shown: its due instant, its end, or now while it is open. */
function lastOf({ dueAt, endedAt, startAt }: SlaCycle, now: Date): string {
  return [startAt, dueAt ?? startAt, endedAt ?? now.toISOString()].sort().at(-1)!;
}

/**
 * What something that has not happened would do to a ticket's promises.
 * @param log what its clock reads
 * @param changed the same with what would happen
 */
export function presentClockPreview(
  log: readonly LoggedEvent[],
  changed: readonly LoggedEvent[],
  { plans, calendars }: KnownBasis,
  now: Date,
  reader: Reader,
): RouteReply<typeof previewTicketClock> {
  const cyclesOf = (told: readonly LoggedEvent[]) =>
    ticketClockAt(told, { plans, calendars }, now.toISOString()).state.cycles.map((cycle) =>
      presentCycle(cycle, reader),
    );
  return { before: cyclesOf(log), after: cyclesOf(changed) };
}

function presentCycle(cycle: SlaCycle, reader: Reader): Cycle {
  const told = (reason: PauseReason | null) => (reason === 'on_hold' && !seesInternal(reader) ? null : reason);
  return {
    ...openCycle(cycle),
    state: cycle.state,
    planVersionId: cycle.policyId,
    countedFrom: cycle.countedFrom,
    endedAt: cycle.endedAt,
    breachedAt: cycle.breachedAt,
    usedMs: cycle.usedMs,
    pauseReason: told(cycle.pauseReason),
    pauses: cycle.pauses.map(({ from, to, reason }) => ({ from, to, reason: told(reason) })),
  };
}

export function presentMark(row: Selectable<TicketsTables['ticketMark']>): ReadMark {
  return {
    who: { kind: row.personKind, id: row.personId, name: row.personName },
    deliveredSeq: row.deliveredSeq,
    readSeq: row.readSeq,
  };
}

function named(id: string | null, name: string | null): { id: string; name: string } | null {
  return id === null ? null : { id, name: name ?? '' };
}
