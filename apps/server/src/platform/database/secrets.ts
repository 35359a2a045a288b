import { randomBytes } from 'node:crypto';
import type { DbOrTrx } from './database.ts';

const SECRET_BYTES = 32;

/**
 * A random key of this installation that survives restarts, made when first asked for.
 * @param name what it is for, e.g. `file-links`
 * @returns 32 bytes, the same for every process on this database
 */
export async function serverSecret(db: DbOrTrx, name: string): Promise<Buffer> {
  await db
    .insertInto('serverSecret')
    .values({ name, value: randomBytes(SECRET_BYTES) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db.selectFrom('serverSecret').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  return row.value;
}
