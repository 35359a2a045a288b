import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../log/logger.ts';
import type { OpenDatabase } from './database.ts';
import { type Migration, migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { serverSecret } from './secrets.ts';
import { createTestDatabase } from './testing.ts';

const log = silentLog();
let database: OpenDatabase;
let empty: OpenDatabase;
beforeAll(async () => {
  [database, empty] = await Promise.all([createTestDatabase(), createTestDatabase({ migrated: false })]);
});
afterAll(async () => {
  await Promise.all([database?.close(), empty?.close()]);
});

const step = (number: number, name: string, statement: string): Migration => ({
  number,
  name,
  up: async (db) => void (await sql.raw(statement).execute(db)),
});

test('the schema is complete and a second start finds nothing to do', async () => {
  expect(await migrate(database.db, log)).toEqual([]);
  const applied = await database.db.selectFrom('schemaMigration').select('name').orderBy('number').execute();
  expect(applied.map((row) => row.name)).toEqual(MIGRATIONS.map((migration) => migration.name));
});

test('two servers starting at once migrate once', async () => {
  const migrations = [step(1, 'one', 'create table one (a int)'), step(2, 'two', 'create table two (a int)')];
  const results = await Promise.all([migrate(empty.db, log, { migrations }), migrate(empty.db, log, { migrations })]);
  expect(results.map((result) => result.length).sort()).toEqual([0, 2]);
});

test('a step that fails leaves nothing half done', async () => {
  const broken = step(3, 'broken', 'create table three (a int); insert into three values (1/0)');
  const migrations = [step(1, 'one', ''), step(2, 'two', ''), broken];
  await expect(migrate(empty.db, log, { migrations })).rejects.toThrow('division by zero');
  const { rows } = await sql`select to_regclass('three') as found`.execute(empty.db);
  expect(rows).toEqual([{ found: null }]);
});

test('a newer schema is refused and left alone', async () => {
  await expect(migrate(empty.db, log, { migrations: [step(1, 'one', '')] })).rejects.toThrow(
    /newer.*step 2 “two”.*knows 1 steps/s,
  );
});

test('numbers arrive as numbers, instants as dates, jsonb as it was', async () => {
  const { db } = database;
  const payload = { someKey: { inner_key: [1, 'zwei'] } };
  await db
    .insertInto('feed')
    .values({ kind: 'test', payload: JSON.stringify(payload), ticketId: null })
    .execute();
  const row = await db.selectFrom('feed').selectAll().where('kind', '=', 'test').executeTakeFirstOrThrow();
  expect(row.position).toBeTypeOf('number');
  expect(row.at).toBeInstanceOf(Date);
  expect(row.payload).toEqual(payload);
});

test('a server secret is made once', async () => {
  const secrets = await Promise.all(Array.from({ length: 8 }, () => serverSecret(database.db, 'links')));
  expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(1);
  expect(secrets[0]).toHaveLength(32);
  expect(await serverSecret(database.db, 'other')).not.toEqual(secrets[0]);
});
