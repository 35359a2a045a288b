import { AppError } from '@alongside/contracts';
import type { DbOrTrx } from '../platform/database/database.ts';
import { findDrill, type NumberedDrill } from './queries.ts';

/** A drill, for leads: the routes let nobody else come this far. @throws AppError `not_found` */
export async function drillFor(db: DbOrTrx, id: string): Promise<NumberedDrill> {
  const drill = await findDrill(db, id);
  if (!drill) throw new AppError('not_found');
  return drill;
}
