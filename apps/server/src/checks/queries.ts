import type { DbOrTrx } from '../platform/database/database.ts';
import type { CheckAskRow, CheckRow } from './tables.ts';

export async function findCheck(db: DbOrTrx, id: string): Promise<CheckRow | undefined> {
  return db.selectFrom('preCallCheck').selectAll().where('id', '=', id).executeTakeFirst();
}

/** An asking made after an instant. */
export async function findAsk(db: DbOrTrx, id: string, after: Date): Promise<CheckAskRow | undefined> {
  return db.selectFrom('checkAsk').selectAll().where('id', '=', id).where('createdAt', '>', after).executeTakeFirst();
}

export async function countResults(db: DbOrTrx, askId: string): Promise<number> {
  const { count } = await db
    .selectFrom('preCallCheck')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('askId', '=', askId)
    .executeTakeFirstOrThrow();
  return Number(count);
}
