import net from 'node:net';
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { asAppError } from '../http/errors.ts';
import { silentLog } from '../log/logger.ts';
import { type Db, type DbOrTrx, type OpenDatabase, openDatabase } from './database.ts';
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
  const failed = expect(work).rejects.toThrow(/terminat|ECONNRESET/);
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

describe('limits of time', () => {
  const request = { id: 'r', routeOptions: {} } as FastifyRequest;
  const codeOf = (error: unknown) => asAppError(error, request).code;

  test('a statement that takes too long is cancelled, and whoever waits for it is told to try again', async () => {
    const hurried = await openDatabase(database.connection, 2, silentLog(), 1_000);
    try {
      const error = await sql`select pg_sleep(60)`.execute(hurried.db).catch((thrown) => thrown);
      expect([error.code, codeOf(error)]).toEqual(['57014', 'unavailable']);
      // The same for who waits for a lock in vain.
      await hurried.patientDb.transaction().execute(async (trx) => {
        await sql`select pg_advisory_xact_lock(4711)`.execute(trx);
        const waited = sql`select pg_advisory_xact_lock(4711)`.execute(hurried.db);
        expect(codeOf(await waited.catch((thrown) => thrown))).toBe('unavailable');
      });
      await sql`select pg_sleep(1.5)`.execute(hurried.patientDb);
      expect(await backendOf(hurried.db)).toBeGreaterThan(0);
    } finally {
      await hurried.close();
    }
  });

  test('a server that no longer answers is hung up on, and another connection takes over', async () => {
    const keepAlive = vi.spyOn(net.Socket.prototype, 'setKeepAlive');
    const between = await startBetween();
    const distant = await openDatabase(between.connection, 2, silentLog(), 1_000);
    try {
      expect(keepAlive).toHaveBeenCalledWith(true, 10_000);
      const first = await backendOf(distant.db);
      between.isDeaf = true;
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const waiting = backendOf(distant.db).catch((thrown) => thrown);
      // The pool hands out its connection in a later turn; the clock stands still until the query is on its way.
      await vi.waitUntil(() => between.heldBytes > 0);
      await vi.advanceTimersByTimeAsync(6_200);
      vi.useRealTimers();
      expect(codeOf(await waiting)).toBe('unavailable');
      between.isDeaf = false;
      expect(await backendOf(distant.db)).not.toBe(first);
    } finally {
      vi.useRealTimers();
      keepAlive.mockRestore();
      await distant.close();
      await between.close();
    }
  });
});

/** A way to the database on which one can let everything disappear. */
async function startBetween() {
  const { host, port, user, password, database: name } = new pg.Client(database.connection);
  const target = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  const state = { isDeaf: false, heldBytes: 0 };
  const sockets = new Set<net.Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(target as net.NetConnectOpts);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (state.isDeaf) state.heldBytes += bytes.length;
        else to.write(bytes);
      });
      from.on('error', () => {});
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port: ownPort } = server.address() as net.AddressInfo;
  return Object.assign(state, {
    connection: { host: '127.0.0.1', port: ownPort, user, password: password ?? undefined, database: name },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((closed) => server.close(closed));
    },
  });
}
