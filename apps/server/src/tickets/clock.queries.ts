import type { OpenCycle } from '@alongside/contracts';
import {
  AppError,
  type previewTicketClock,
  type RouteArguments,
  SYSTEM_ACTOR,
  type TicketEventType,
} from '@alongside/contracts';
import { CLOCK_EVENT_TYPES, calendarsOf, type LoggedEvent, plansNamedIn } from '@alongside/desk';
import { sql } from 'kysely';
import {
  calendarVersionsFor,
  type JudgingVersion,
  type NamedCalendarVersion,
  planVersionAt,
  planVersionsById,
} from '../plans/queries.ts';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { TicketRow } from './tables.ts';

/**
 * Events of some types in the logs of these tickets, oldest first; of messages without their words.
 * @returns for every ticket asked about
 */
export async function findLoggedEvents(
  db: DbOrTrx,
  ticketIds: readonly string[],
  types: readonly TicketEventType[],
): Promise<ReadonlyMap<string, LoggedEvent[]>> {
  const logs = new Map<string, LoggedEvent[]>(ticketIds.map((id) => [id, []]));
  if (ticketIds.length === 0) return logs;
  const rows = await db
    .selectFrom('ticketEvent')
    .select(['ticketId', 'seq', 'at', 'actor'])
    .select(
      sql<LoggedEvent['body']>`case type when 'message.posted'
        then jsonb_build_object('type', type, 'visibility', body -> 'visibility') else body end`.as('body'),
    )
    .where('ticketId', 'in', ticketIds)
    .where('type', 'in', types)
    .orderBy('ticketId')
    .orderBy('seq')
    .execute();
  for (const { ticketId, seq, at, actor, body } of rows)
    logs.get(ticketId)!.push({ seq, at: at.toISOString(), by: actor, body });
  return logs;
}

/** What of these tickets' logs their clocks read. */
export function findClockLogs(db: DbOrTrx, ticketIds: readonly string[]): Promise<ReadonlyMap<string, LoggedEvent[]>> {
  return findLoggedEvents(db, ticketIds, CLOCK_EVENT_TYPES);
}

/** A clock's basis with what its parts are called. */
export type KnownBasis = { plans: readonly JudgingVersion[]; calendars: readonly NamedCalendarVersion[] };

/** By what the tickets of these logs are judged, as it is known now. */
export async function findClockBasis(
  db: DbOrTrx,
  logs: Iterable<readonly Pick<LoggedEvent, 'body'>[]>,
): Promise<KnownBasis> {
  const named = [...new Set([...logs].flatMap((log) => plansNamedIn(log)))];
  if (named.length === 0) return { plans: [], calendars: [] };
  const plans = await planVersionsById(db, named);
  return { plans, calendars: await calendarVersionsFor(db, calendarsOf(plans)) };
}

/**
 * What a ticket's log would say if this were done now.
 * @throws AppError `not_found` for a plan that is none
 */
export async function imaginedChange(
  db: DbOrTrx,
  ticket: Pick<TicketRow, 'priority' | 'seq'>,
  imagined: RouteArguments<typeof previewTicketClock>['query'],
  now: Date,
): Promise<LoggedEvent> {
  const said = { seq: ticket.seq + 1, at: now.toISOString(), by: SYSTEM_ACTOR };
  switch (imagined.change) {
    case 'recalculation':
      return { ...said, body: { type: 'clock.recalculated', reason: '' } };
    case 'priority':
      return { ...said, body: { type: 'ticket.priority_set', from: ticket.priority, to: imagined.priority } };
    case 'plan': {
      const to = imagined.planId === undefined ? null : await planVersionAt(db, imagined.planId, now);
      if (imagined.planId !== undefined && to === null) throw new AppError('not_found');
      const named = to && { versionId: to.versionId, name: to.name };
      return { ...said, body: { type: 'ticket.plan_set', from: null, to: named, reason: '' } };
    }
  }
}

/** A ticket whose clock has something to say, and when. */
export type DueTicket = { id: string; nextMomentAt: Date };

/** Tickets whose clocks have something to say up to an instant, first come first, after a place in that order. */
export async function findDueTickets(
  db: DbOrTrx,
  { upTo, after, limit }: { upTo: Date; after: DueTicket | null; limit: number },
): Promise<DueTicket[]> {
  const rows = await db
    .selectFrom('ticket')
    .select(['id', 'nextMomentAt'])
    .where('nextMomentAt', '<=', upTo)
    .$if(after !== null, (query) =>
      query.where(
        sql<boolean>`(next_moment_at, id) > (${after!.nextMomentAt.toISOString()}::timestamptz, ${after!.id}::uuid)`,
      ),
    )
    .orderBy('nextMomentAt')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id, nextMomentAt }) => ({ id, nextMomentAt: nextMomentAt! }));
}

/** Tickets with a deadline on this calendar, in the order of their ids, after one of them. */
export async function findTicketsOnCalendar(
  db: DbOrTrx,
  calendarId: string,
  { after, limit }: { after: string | null; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('ticket')
    .select('id')
    .where(sql<boolean>`clock @> ${JSON.stringify({ cycles: [{ calendarId }] })}::jsonb`)
    .$if(after !== null, (query) => query.where('id', '>', after!))
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Every promise with a deadline ahead or passed, of all open tickets. */
export async function findRunningCycles(db: DbOrTrx): Promise<OpenCycle[]> {
  const rows = await db
    .selectFrom('ticket')
    .select('clock')
    .where(sql<boolean>`clock ->> 'nextDueAt' is not null`)
    .execute();
  return rows.flatMap(({ clock }) => clock!.cycles.filter((cycle) => cycle.dueAt !== null));
}
