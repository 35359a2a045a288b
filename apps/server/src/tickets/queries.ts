import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { DbOrTrx, Trx } from '../platform/database/database.ts';
import type { FeedRow } from '../platform/realtime/feed-reader.ts';
import type { TicketEventRow, TicketRow, TicketsTables } from './tables.ts';

export async function findTicket(db: DbOrTrx, id: string): Promise<TicketRow | undefined> {
  return db.selectFrom('ticket').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findTickets(db: DbOrTrx, ids: readonly string[]): Promise<TicketRow[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('ticket').selectAll().where('id', 'in', ids).execute();
}

export async function findTicketNumber(db: DbOrTrx, id: string): Promise<number | null> {
  const row = await db.selectFrom('ticket').select('number').where('id', '=', id).executeTakeFirst();
  return row?.number ?? null;
}

/** The number people will call a new ticket by. */
export async function nextTicketNumber(trx: Trx): Promise<number> {
  const { rows } = await sql<{ number: number }>`select nextval('ticket_number') as number`.execute(trx);
  return rows[0]!.number;
}

/** The contact's latest ticket that is not done. */
export async function findCurrentTicket(db: DbOrTrx, contactId: string): Promise<string | null> {
  const row = await db
    .selectFrom('ticket')
    .select('id')
    .where('contactId', '=', contactId)
    .where('state', 'not in', ['solved', 'closed'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}

export async function findTicketIdsOfContact(
  db: DbOrTrx,
  contactId: string,
  { closedToo }: { closedToo: boolean },
): Promise<string[]> {
  const rows = await db
    .selectFrom('ticket')
    .select('id')
    .where('contactId', '=', contactId)
    .$if(!closedToo, (query) => query.where('state', '!=', 'closed'))
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

/** Which of these contacts have a ticket. */
export async function findContactsWithTickets(db: DbOrTrx, contactIds: readonly string[]): Promise<Set<string>> {
  if (contactIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('ticket')
    .select('contactId')
    .distinct()
    .where('contactId', 'in', contactIds)
    .execute();
  return new Set(rows.map((row) => row.contactId));
}

/** The latest tickets of a contact, newest first. */
export async function findLatestTickets(db: DbOrTrx, contactId: string, limit: number): Promise<TicketRow[]> {
  return db
    .selectFrom('ticket')
    .selectAll()
    .where('contactId', '=', contactId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
}

/** Solved tickets nobody has touched since then, oldest first, a batch of them. */
export async function findSolvedBefore(db: DbOrTrx, before: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('ticket')
    .select('id')
    .where('state', '=', 'solved')
    .where('stateSetAt', '<', before)
    .orderBy('stateSetAt')
    .limit(500)
    .execute();
  return rows.map((row) => row.id);
}

/** The event with which a message came, by the id its sender gave it. */
export async function findMessageEvent(db: DbOrTrx, messageId: string): Promise<TicketEventRow | undefined> {
  return db.selectFrom('ticketEvent').selectAll().where('messageId', '=', messageId).executeTakeFirst();
}

export type LogRange = {
  /** Sequence number after which to begin. */
  since: number;
  upTo?: number;
  limit?: number;
  /** Count and show public events only. */
  publicOnly: boolean;
};

/** A stretch of a ticket's log, oldest first. */
export async function findEvents(db: DbOrTrx, ticketId: string, range: LogRange): Promise<TicketEventRow[]> {
  const column = range.publicOnly ? 'publicSeq' : 'seq';
  return db
    .selectFrom('ticketEvent')
    .selectAll()
    .where('ticketId', '=', ticketId)
    .where(column, '>', range.since)
    .$if(range.upTo !== undefined, (query) => query.where(column, '<=', range.upTo!))
    .orderBy(column)
    .$if(range.limit !== undefined, (query) => query.limit(range.limit!))
    .execute();
}

/** How far everybody has read. */
export async function findMarks(db: DbOrTrx, ticketId: string): Promise<Selectable<TicketsTables['ticketMark']>[]> {
  return db.selectFrom('ticketMark').selectAll().where('ticketId', '=', ticketId).orderBy('personId').execute();
}

/** The feed's rows of one kind in (since, upTo], in order, at most so many. */
export async function findFeed(
  db: DbOrTrx,
  kind: string,
  since: number,
  upTo: number,
  limit: number,
): Promise<FeedRow[]> {
  return db
    .selectFrom('feed')
    .select(['position', 'kind', 'ticketId', 'payload', 'at'])
    .where('kind', '=', kind)
    .where('position', '>', since)
    .where('position', '<=', upTo)
    .orderBy('position')
    .limit(limit)
    .execute();
}

/** From here on the feed is complete; 1 when nothing was ever removed, or nothing was ever written. */
export async function findOldestFeedPosition(db: DbOrTrx): Promise<number> {
  const row = await db
    .selectFrom('feed')
    .select((eb) => eb.fn.min('position').as('oldest'))
    .executeTakeFirst();
  return row?.oldest ?? 1;
}
