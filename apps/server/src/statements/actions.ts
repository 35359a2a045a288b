import type { Month } from '@alongside/contracts';
import type { DbOrTrx } from '../platform/database/database.ts';
import { findHeading } from './queries.ts';

/**
 * Keeps the names a final statement bears, as they are when it is first made; afterwards they stay.
 * @returns those kept
 */
export async function keepHeading(
  db: DbOrTrx,
  organisationId: string,
  month: Month,
  names: { organisationName: string; issuer: string },
): Promise<{ organisationName: string; issuer: string }> {
  await db
    .insertInto('statementHeading')
    .values({ organisationId, month, ...names })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await findHeading(db, organisationId, month))!;
}
