import { AppError } from '@alongside/contracts';
import type { Reader } from '@alongside/desk';
import { findOrganisations } from '../customers/queries.ts';
import type { DbOrTrx } from '../platform/database/database.ts';

/**
 * The organisation whose statements are asked for, if this reader may read them: leads all, a customer's people their
 * own.
 * @throws AppError `forbidden` to engineers; `not_found` for another's as for none: whose customers there are is
 *   nobody else's business
 */
export async function organisationFor(
  db: DbOrTrx,
  reader: Reader,
  organisationId: string,
): Promise<{ id: string; name: string }> {
  if (reader.kind === 'staff' && reader.role === 'engineer') throw new AppError('forbidden');
  if (reader.kind !== 'staff' && reader.organisationId !== organisationId) throw new AppError('not_found');
  const [organisation] = await findOrganisations(db, { id: organisationId });
  if (!organisation) throw new AppError('not_found');
  return { id: organisation.id, name: organisation.name };
}
