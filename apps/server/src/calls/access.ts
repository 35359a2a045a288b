import { AppError } from '@alongside/contracts';
import type { Reader } from '@alongside/desk';
import type { DbOrTrx } from '../platform/database/database.ts';
import { ticketFor } from '../tickets/access.ts';
import { findCall } from './queries.ts';
import type { CallRow } from './tables.ts';

/**
 * The call, if this person may see its ticket: whoever sees a ticket may join its calls.
 * @throws AppError `not_found` for another's call as for none
 */
export async function callFor(db: DbOrTrx, reader: Reader, id: string): Promise<CallRow> {
  const call = await findCall(db, id);
  if (!call) throw new AppError('not_found');
  await ticketFor(db, reader, call.ticketId);
  return call;
}
