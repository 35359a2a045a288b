import { AppError } from '@alongside/contracts';
import { type Reader, seesInternal } from '@alongside/desk';
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { Database } from '../platform/database/schema.ts';
import type { KnownErrorRow } from './tables.ts';

type KnownErrors = ExpressionBuilder<Database, 'knownError'>;

/** The entries a reader may see, as a condition: the team all, customers and whoever is not signed in those for everyone. */
export const explainedTo =
  (reader: Reader | null) =>
  (eb: KnownErrors): Expression<SqlBool> =>
    reader && seesInternal(reader) ? eb.lit(true) : eb('knownError.audience', '=', 'everyone');

/** @throws AppError `not_found`, for one that is not for this reader too */
export async function knownErrorFor(db: DbOrTrx, reader: Reader | null, id: string): Promise<KnownErrorRow> {
  const row = await db
    .selectFrom('knownError')
    .selectAll()
    .where('id', '=', id)
    .where(explainedTo(reader))
    .executeTakeFirst();
  if (!row) throw new AppError('not_found');
  return row;
}
