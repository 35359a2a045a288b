import { type Kysely, sql } from 'kysely';
import type { Log } from '../log/logger.ts';
import { DatabaseError, type Db } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** One numbered change of the schema; runs in a transaction of its own. */
export type Migration = {
  number: number;
  name: string;
  /** Plain SQL through kysely's `sql`: a migration must not change when table types do. */
  up(db: Kysely<unknown>): Promise<void>;
};

/** Any number of ours; the same in every version, so that two servers never migrate at once. */
const MIGRATION_LOCK = 7_700_001;

/** The newest schema this code knows. */
export function newestSchema(migrations: readonly Migration[] = MIGRATIONS): number {
  return migrations.at(-1)?.number ?? 0;
}

/**
 * Brings the schema up to date. Several servers may start at once: one works, the others wait.
 * @param upTo last migration to run, for restoring an older backup; all when absent
 * @returns the numbers applied now
 * @throws DatabaseError when the schema is newer than this code
 */
export async function migrate(
  db: Db,
  log: Log,
  {
    migrations = MIGRATIONS,
    upTo = newestSchema(migrations),
  }: { migrations?: readonly Migration[]; upTo?: number } = {},
): Promise<number[]> {
  refuseDisorder(migrations);
  return db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`.execute(connection);
    try {
      await sql`
        create table if not exists schema_migration (
          number integer primary key,
          name text not null,
          applied_at timestamptz not null default now()
        )`.execute(connection);
      const applied = await connection
        .selectFrom('schemaMigration')
        .select(['number', 'name'])
        .orderBy('number')
        .execute();
      refuseNewerSchema(applied, migrations);
      const done = new Set(applied.map((row) => row.number));
      const pending = migrations.filter((migration) => !done.has(migration.number) && migration.number <= upTo);
      for (const migration of pending) {
        await connection.transaction().execute(async (trx) => {
          await migration.up(trx as unknown as Kysely<unknown>);
          await trx.insertInto('schemaMigration').values({ number: migration.number, name: migration.name }).execute();
        });
        log.info({ number: migration.number, migration: migration.name }, 'schema migrated');
      }
      return pending.map((migration) => migration.number);
    } finally {
      await sql`select pg_advisory_unlock(${MIGRATION_LOCK})`.execute(connection);
    }
  });
}

function refuseNewerSchema(
  applied: readonly { number: number; name: string }[],
  migrations: readonly Migration[],
): void {
  const known = new Map(migrations.map((migration) => [migration.number, migration.name]));
  const unknown = applied.find((row) => known.get(row.number) !== row.name);
  if (!unknown) return;
  throw new DatabaseError(
    `This database was last used by another, probably newer, version of Alongside: its schema has step ${unknown.number} “${unknown.name}”, ` +
      `this version knows ${newestSchema(migrations)} steps. Nothing was changed. Start that version again, or restore a backup made by this one into an empty folder.`,
  );
}

function refuseDisorder(migrations: readonly Migration[]): void {
  migrations.forEach((migration, index) => {
    if (index > 0 && migration.number <= migrations[index - 1]!.number)
      throw new Error(`migration ${migration.number} “${migration.name}” is out of order in migrations/index.ts`);
  });
}
