import { AppError } from '@alongside/contracts';
import type { Reader } from '@alongside/desk';
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { Database } from '../platform/database/schema.ts';
import type { TicketLog } from './log.actions.ts';
import type { TicketRow } from './tables.ts';

/** What seeing a ticket depends on. */
export type TicketOwner = Pick<TicketRow, 'contactId' | 'organisationId'>;

/** Staff see every ticket, a customer's people their own and those of their organisation. */
export function maySee(reader: Reader, ticket: TicketOwner): boolean {
  if (reader.kind === 'staff') return true;
  if (ticket.contactId === reader.id) return true;
  return reader.organisationId !== null && ticket.organisationId === reader.organisationId;
}

/** The same rule as a condition on rows of `ticket`. */
export function visibleTo(reader: Reader) {
  return (eb: ExpressionBuilder<Database, 'ticket'>): ExpressionWrapper<Database, 'ticket', SqlBool> => {
    if (reader.kind === 'staff') return eb.lit(true) as unknown as ExpressionWrapper<Database, 'ticket', SqlBool>;
    const own = eb('ticket.contactId', '=', reader.id);
    return reader.organisationId === null ? own : eb.or([own, eb('ticket.organisationId', '=', reader.organisationId)]);
  };
}

/**
 * The ticket, if this reader may see it.
 * @param idOrNumber a UUID or the number people speak of
 * @throws AppError `not_found` for another's ticket as for none: its existence is nobody else's business
 */
export async function ticketFor(db: DbOrTrx, reader: Reader, idOrNumber: string): Promise<TicketRow> {
  const row = await db
    .selectFrom('ticket')
    .selectAll()
    .$if(/^\d{1,10}$/.test(idOrNumber), (query) => query.where('number', '=', asNumber(idOrNumber)))
    .$if(!/^\d{1,10}$/.test(idOrNumber), (query) => query.where('id', '=', idOrNumber))
    .executeTakeFirst();
  return seen(reader, row);
}

/**
 * The same, locked for a change.
 * @throws AppError `not_found`
 */
export async function lockTicketFor(log: TicketLog, reader: Reader, ticketId: string): Promise<Readonly<TicketRow>> {
  return seen(reader, await log.lock(ticketId));
}

/** Those of the tickets that this reader may see; for features that hang things on tickets. */
export async function seesTickets(db: DbOrTrx, reader: Reader, ticketIds: readonly string[]): Promise<Set<string>> {
  if (ticketIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('ticket')
    .select('id')
    .where('id', 'in', ticketIds)
    .where(visibleTo(reader))
    .execute();
  return new Set(rows.map((row) => row.id));
}

function seen<T extends TicketOwner>(reader: Reader, row: T | null | undefined): T {
  if (!row || !maySee(reader, row)) throw new AppError('not_found');
  return row;
}

/** Ten digits can exceed PostgreSQL's integer, which would be an error instead of "no such ticket". */
function asNumber(digits: string): number {
  return Math.min(Number(digits), 2_147_483_647);
}
