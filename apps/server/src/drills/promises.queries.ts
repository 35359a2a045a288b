import type { DrillReport } from '@alongside/contracts';
import { ticketClockAt } from '@alongside/desk';
import type { DbOrTrx } from '../platform/database/database.ts';
import { findClockBasis, findClockLogs } from '../tickets/clock.queries.ts';

/** What was promised of a ticket the moment it was opened. */
export async function findPromises(db: DbOrTrx, ticketId: string, openedAt: Date): Promise<DrillReport['promises']> {
  const at = openedAt.toISOString();
  const log = (await findClockLogs(db, [ticketId])).get(ticketId)!.filter((event) => event.at <= at);
  const { clock } = ticketClockAt(log, await findClockBasis(db, [log]), at);
  return (clock?.cycles ?? []).flatMap(({ target, dueAt }) => (dueAt === null ? [] : [{ target, dueAt }]));
}
