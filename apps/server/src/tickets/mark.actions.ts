import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { announce } from '../platform/realtime/feed.ts';
import { ticketFor } from './access.ts';
import type { Author } from './actions.ts';

/** Kind of the feed's rows about read marks. */
export const TICKET_MARKS = 'ticket.marks';

/**
 * Notes how far a person has received and read, in public sequence numbers. Marks only grow, and never past what is there.
 * @returns whether anything moved
 * @throws AppError `not_found`
 */
export async function markTicket(
  db: Db,
  author: Author,
  ticketId: string,
  mark: { deliveredSeq: number; readSeq: number },
): Promise<boolean> {
  const ticket = await ticketFor(db, author, ticketId);
  const readSeq = Math.min(mark.readSeq, ticket.publicSeq);
  const deliveredSeq = Math.max(Math.min(mark.deliveredSeq, ticket.publicSeq), readSeq);
  if (deliveredSeq === 0) return false;
  return db.transaction().execute(async (trx) => {
    const moved = await trx
      .insertInto('ticketMark')
      .values({
        ticketId: ticket.id,
        personId: author.id,
        personKind: author.kind,
        personName: author.name,
        deliveredSeq,
        readSeq,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['ticketId', 'personId'])
          .doUpdateSet((eb) => ({
            personName: eb.ref('excluded.personName'),
            deliveredSeq: eb.fn('greatest', ['ticketMark.deliveredSeq', 'excluded.deliveredSeq']),
            readSeq: eb.fn('greatest', ['ticketMark.readSeq', 'excluded.readSeq']),
          }))
          .where(
            sql<boolean>`ticket_mark.delivered_seq < excluded.delivered_seq or ticket_mark.read_seq < excluded.read_seq`,
          ),
      )
      .returning('personId')
      .executeTakeFirst();
    if (!moved) return false;
    await announce(trx, { kind: TICKET_MARKS, ticketId: ticket.id });
    return true;
  });
}
