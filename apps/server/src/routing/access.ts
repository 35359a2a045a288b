import { AppError } from '@alongside/contracts';
import type { Reader } from '@alongside/desk';
import { sql } from 'kysely';
import type { DbOrTrx } from '../platform/database/database.ts';
import { visibleTo } from '../tickets/access.ts';
import { type EngineerRow, findEngineer } from './queries.ts';

/** Everybody edits their own profile, leads and administrators anybody's. */
export function mayEdit(reader: Extract<Reader, { kind: 'staff' }>, engineer: Pick<EngineerRow, 'id'>): boolean {
  return reader.id === engineer.id || reader.role !== 'engineer';
}

/** @throws AppError `forbidden` */
export function requireMayEdit(reader: Extract<Reader, { kind: 'staff' }>, engineer: Pick<EngineerRow, 'id'>): void {
  if (!mayEdit(reader, engineer)) throw new AppError('forbidden');
}

/**
 * The engineer of whom a reader may see the public part: staff of everybody, customers of those who take part in a
 * ticket they may see.
 * @throws AppError `not_found` for another one as for none
 */
export async function engineerFor(db: DbOrTrx, reader: Reader, id: string): Promise<EngineerRow> {
  const engineer = await findEngineer(db, id);
  if (!engineer || (reader.kind === 'customer' && !(await takesPartFor(db, reader, id))))
    throw new AppError('not_found');
  return engineer;
}

/** Whether somebody has a ticket of this customer, or was seen by them in one. */
async function takesPartFor(db: DbOrTrx, reader: Reader, staffId: string): Promise<boolean> {
  const row = await db
    .selectFrom('ticket')
    .select('ticket.id')
    .where(visibleTo(reader))
    .where((eb) =>
      eb.or([
        eb('ticket.assigneeId', '=', staffId),
        eb.exists(
          eb
            .selectFrom('ticketEvent')
            .select('ticketEvent.id')
            .whereRef('ticketEvent.ticketId', '=', 'ticket.id')
            .where('ticketEvent.publicSeq', 'is not', null)
            .where(sql<string>`ticket_event.actor ->> 'id'`, '=', staffId),
        ),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
