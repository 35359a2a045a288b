import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Db, DbOrTrx, OpenDatabase } from './database.ts';
import { createTestDatabase } from './testing.ts';

let database: OpenDatabase;
let db: Db;
const uncaught: unknown[] = [];
const note = (error: unknown) => void uncaught.push(error);

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  process.on('uncaughtExceptionMonitor', note);
});
afterAll(async () => {
  process.off('uncaughtExceptionMonitor', note);
  await database.close();
});
afterEach(() => expect(uncaught.splice(0)).toEqual([]));

async function backendOf(on: DbOrTrx): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(on);
  return rows[0]!.pid;
}

async function cut(pid: number): Promise<void> {
  await sql`select pg_terminate_backend(${pid})`.execute(db);
  const isGone = async () =>
    (await sql`select 1 from pg_stat_activity where pid = ${pid}`.execute(db)).rows.length === 0;
  await vi.waitUntil(isGone);
}

test('a connection lost under a query fails the query, not the process', async () => {
  const pid = Promise.withResolvers<number>();
  const work = db.transaction().execute(async (trx) => {
    pid.resolve(await backendOf(trx));
    await sql`select pg_sleep(60)`.execute(trx);
  });
  const failed = expect(work).rejects.toThrow(/terminat/);
  await cut(await pid.promise);
  await failed;
  expect(await backendOf(db)).not.toBe(await pid.promise);
});

test('a connection lost between two queries of a transaction fails the transaction', async () => {
  const work = db.transaction().execute(async (trx) => {
    const pid = await backendOf(trx);
    await cut(pid);
    await backendOf(trx);
  });
  await expect(work).rejects.toThrow();
  expect(await backendOf(db)).toBeGreaterThan(0);
});
