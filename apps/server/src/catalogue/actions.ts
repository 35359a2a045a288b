import { randomUUID } from 'node:crypto';
import {
  AppError,
  KNOWN_ERRORS_MAX,
  type KnownErrorContent,
  type KnownErrorsImport,
  type Locale,
  type LocalisedText,
} from '@alongside/contracts';
import { sql } from 'kysely';
import type { Db, Trx } from '../platform/database/database.ts';
import { countKnownErrors, findKnownError, findNamesake } from './queries.ts';
import type { KnownErrorRow } from './tables.ts';

const MESSAGES: Record<'taken' | 'twice' | 'full', LocalisedText> = {
  taken: { en: 'This code of this component is explained already.', 'zh-CN': '该组件的这个错误码已有说明。' },
  twice: { en: 'This code of this component comes twice.', 'zh-CN': '该组件的这个错误码重复出现。' },
  full: {
    en: `The catalogue holds at most ${KNOWN_ERRORS_MAX} entries.`,
    'zh-CN': `错误目录最多容纳 ${KNOWN_ERRORS_MAX} 条。`,
  },
};

/** Makes an entry or changes it. @throws AppError `invalid_input` where another one has its name */
export async function saveKnownError(
  db: Db,
  id: string,
  content: KnownErrorContent,
  locale: Locale,
  now: Date,
): Promise<KnownErrorRow> {
  return db.transaction().execute(async (trx) => {
    await lockCatalogue(trx);
    if (!(await findKnownError(trx, id))) await requireRoom(trx, 1, 'code', locale);
    const other = await findNamesake(trx, content);
    if (other && other.id !== id) throw invalid('code', 'taken', locale);
    const values = columnsOf(content, now);
    return trx
      .insertInto('knownError')
      .values({ id, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** Takes an entry out; one that is not there is out already. */
export async function deleteKnownError(db: Db, id: string): Promise<void> {
  await db.deleteFrom('knownError').where('id', '=', id).execute();
}

/**
 * Takes over many entries, all or none. Those of a code and component we have are changed.
 * @param trial says what it would do, and does nothing
 * @throws AppError `invalid_input` naming the entry
 */
export async function importKnownErrors(
  db: Db,
  { entries, trial }: { entries: readonly KnownErrorContent[]; trial: boolean },
  locale: Locale,
  now: Date,
): Promise<KnownErrorsImport> {
  const names = entries.map(nameOf);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0) throw invalid(`entries.${twice}.code`, 'twice', locale);
  return db.transaction().execute(async (trx) => {
    await lockCatalogue(trx);
    const known = new Map((await trx.selectFrom('knownError').selectAll().execute()).map((row) => [nameOf(row), row]));
    const outcome: KnownErrorsImport = { added: 0, changed: 0, same: 0 };
    const values = entries.flatMap((content) => {
      const before = known.get(nameOf(content));
      const columns = columnsOf(content, now);
      if (before && isSame(before, columns)) {
        outcome.same += 1;
        return [];
      }
      outcome[before ? 'changed' : 'added'] += 1;
      return [{ id: before?.id ?? randomUUID(), ...columns }];
    });
    await requireRoom(trx, outcome.added, 'entries', locale);
    if (trial) return outcome;
    // PostgreSQL takes at most 65,535 parameters in a statement.
    for (let at = 0; at < values.length; at += 1_000)
      await trx
        .insertInto('knownError')
        .values(values.slice(at, at + 1_000))
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet((eb) => ({
            code: eb.ref('excluded.code'),
            component: eb.ref('excluded.component'),
            audience: eb.ref('excluded.audience'),
            says: eb.ref('excluded.says'),
            updatedAt: eb.ref('excluded.updatedAt'),
          })),
        )
        .execute();
    return outcome;
  });
}

/** Two changes at once would both find the same entry missing. */
async function lockCatalogue(trx: Trx): Promise<void> {
  await sql`lock table known_error in share row exclusive mode`.execute(trx);
}

async function requireRoom(trx: Trx, added: number, field: string, locale: Locale): Promise<void> {
  if (added > 0 && (await countKnownErrors(trx)) + added > KNOWN_ERRORS_MAX) throw invalid(field, 'full', locale);
}

function columnsOf({ code, component, audience, ...says }: KnownErrorContent, now: Date) {
  return { code, component, audience, says: JSON.stringify(says), updatedAt: now };
}

function isSame(row: KnownErrorRow, columns: ReturnType<typeof columnsOf>): boolean {
  const { meaning, causes, fix, affectedVersions } = JSON.parse(columns.says) as KnownErrorRow['says'];
  const { says } = row;
  const isAlike = (a: Record<string, string>, b: Record<string, string>) => a.en === b.en && a['zh-CN'] === b['zh-CN'];
  return (
    row.code === columns.code &&
    row.component === columns.component &&
    row.audience === columns.audience &&
    isAlike(says.meaning, meaning) &&
    isAlike(says.causes, causes) &&
    isAlike(says.fix, fix) &&
    says.affectedVersions === affectedVersions
  );
}

const nameOf = ({ code, component }: Pick<KnownErrorContent, 'code' | 'component'>) =>
  JSON.stringify([code.toLowerCase(), component.toLowerCase()]);

function invalid(field: string, message: keyof typeof MESSAGES, locale: Locale): AppError {
  return new AppError('invalid_input', { field }, [{ field, message: MESSAGES[message][locale] }]);
}
