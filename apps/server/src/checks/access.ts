import { AppError } from '@alongside/contracts';
import type { DbOrTrx } from '../platform/database/database.ts';
import { findCheck } from './queries.ts';
import type { CheckRow } from './tables.ts';

/** A check for whoever has its link: its id cannot be guessed, and nothing in it names anybody. @throws AppError `not_found` */
export async function checkFor(db: DbOrTrx, id: string): Promise<CheckRow> {
  const check = await findCheck(db, id);
  if (!check) throw new AppError('not_found');
  return check;
}
