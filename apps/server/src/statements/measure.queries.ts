import { CLOCK_EVENT_TYPES, type LoggedEvent } from '@alongside/desk';
import type { DbOrTrx } from '../platform/database/database.ts';
import { findLoggedEvents } from '../tickets/clock.queries.ts';

/** What the report reads of a log, beside what the clock reads. */
const MEASURED_TYPES = [
  ...CLOCK_EVENT_TYPES,
  'ticket.topic_set',
  'ticket.assigned',
  'ticket.contact_claimed',
  'ticket.rated',
  'ticket.merged_into',
] as const;

/** What the report reads of these tickets' logs. */
export function findMeasuredLogs(
  db: DbOrTrx,
  ticketIds: readonly string[],
): Promise<ReadonlyMap<string, LoggedEvent[]>> {
  return findLoggedEvents(db, ticketIds, MEASURED_TYPES);
}

/** Tickets never measured in this way, in the order of their ids. */
export async function findUnmeasured(
  db: DbOrTrx,
  version: number,
  { after, limit }: { after: string | null; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('ticket')
    .leftJoin('ticketMeasure', 'ticketMeasure.ticketId', 'ticket.id')
    .select('ticket.id')
    .where((eb) => eb.or([eb('ticketMeasure.version', 'is', null), eb('ticketMeasure.version', '!=', version)]))
    .$if(after !== null, (query) => query.where('ticket.id', '>', after!))
    .orderBy('ticket.id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** The last event of a ticket there is. */
export async function findLastSeq(db: DbOrTrx, ticketId: string): Promise<number | null> {
  const row = await db.selectFrom('ticket').select('seq').where('id', '=', ticketId).executeTakeFirst();
  return row?.seq ?? null;
}
