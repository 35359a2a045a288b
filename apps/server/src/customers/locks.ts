import { sql } from 'kysely';
import type { Trx } from '../platform/database/database.ts';

/**
 * Takes locks that last to the end of the transaction, on things that may not have a row yet.
 * @param names e.g. `email:ann@example.com`; taken in one order, so that two transactions never wait for each other
 */
export async function lockNames(trx: Trx, names: readonly string[]): Promise<void> {
  for (const name of [...new Set(names)].sort())
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 7700))`.execute(trx);
}

/** Everything that begins on behalf of a contact, and their merging, goes through this lock. */
export async function lockContact(trx: Trx, contactId: string): Promise<void> {
  await lockNames(trx, [`contact:${contactId}`]);
}
