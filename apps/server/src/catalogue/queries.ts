import type { Reader } from '@alongside/desk';
import { sql } from 'kysely';
import type { DbOrTrx } from '../platform/database/database.ts';
import { explainedTo } from './access.ts';
import type { KnownErrorRow } from './tables.ts';

/** A page of the list. */
export const PAGE_SIZE = 50;

export async function findKnownError(db: DbOrTrx, id: string): Promise<KnownErrorRow | undefined> {
  return db.selectFrom('knownError').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The entry of the same code and component, in any case of letters. */
export async function findNamesake(
  db: DbOrTrx,
  { code, component }: Pick<KnownErrorRow, 'code' | 'component'>,
): Promise<KnownErrorRow | undefined> {
  return db
    .selectFrom('knownError')
    .selectAll()
    .where(sql`lower(code)`, '=', code.toLowerCase())
    .where(sql`lower(component)`, '=', component.toLowerCase())
    .executeTakeFirst();
}

/** Entries that hold all words of a search, those whose code begins with it first. */
export async function searchKnownErrors(
  db: DbOrTrx,
  reader: Reader,
  { query, offset }: { query: string; offset: number },
): Promise<{ rows: KnownErrorRow[]; total: number }> {
  let found = db.selectFrom('knownError').where(explainedTo(reader));
  for (const word of query.split(/\s+/).filter((one) => one !== '')) {
    const anywhere = `%${escaped(word)}%`;
    found = found.where(
      sql<boolean>`(code ilike ${anywhere} or component ilike ${anywhere} or says::text ilike ${anywhere})`,
    );
  }
  const [rows, { total }] = await Promise.all([
    found
      .selectAll()
      .orderBy(sql`code ilike ${`${escaped(query)}%`}`, 'desc')
      .orderBy(sql`lower(code)`)
      .orderBy(sql`lower(component)`)
      .limit(PAGE_SIZE)
      .offset(offset)
      .execute(),
    found.select(({ fn }) => fn.countAll<string>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { rows, total: Number(total) };
}

/** All a reader may see, for recognising them. */
export async function findAllKnownErrors(db: DbOrTrx, reader: Reader | null): Promise<KnownErrorRow[]> {
  return db.selectFrom('knownError').selectAll().where(explainedTo(reader)).orderBy('code').execute();
}

export async function countKnownErrors(db: DbOrTrx): Promise<number> {
  const { count } = await db
    .selectFrom('knownError')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** What stands for itself in a pattern of LIKE. */
const escaped = (text: string) => text.replace(/[\\%_]/g, String.raw`\$&`);
