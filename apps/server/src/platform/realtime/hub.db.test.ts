import net from 'node:net';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { OpenDatabase } from '../database/database.ts';
import { createTestDatabase } from '../database/testing.ts';
import { silentLog } from '../log/logger.ts';
import { announce, FEED_CHANNEL } from './feed.ts';
import type { FeedRow } from './feed-reader.ts';
import { followFeed, pruneFeed, setCheckpoint } from './follow.ts';
import { type Hub, startHub } from './hub.ts';

let database: OpenDatabase;
const started: Hub[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const hub of started.splice(0)) await hub.stop();
});
afterAll(() => database?.close());

async function start(
  connection = database.connection,
  limits = {},
): Promise<{ hub: Hub; kinds: string[]; rows: FeedRow[] }> {
  const hub = await startHub(connection, silentLog(), limits);
  started.push(hub);
  const rows: FeedRow[] = [];
  const kinds: string[] = [];
  hub.onEvent((row) => {
    rows.push(row);
    kinds.push(row.kind);
  });
  return { hub, kinds, rows };
}

const say = (kind: string) => database.db.transaction().execute((trx) => announce(trx, { kind }));

/** A transaction one can leave open. */
async function openTransaction() {
  const client = new pg.Client(database.connection);
  await client.connect();
  await client.query('begin');
  const insert = `insert into feed (kind, payload) values ($1, '{}') returning position`;
  return {
    begin: () => client.query('select pg_current_xact_id()'),
    say: async (kind: string) => Number((await client.query(insert, [kind])).rows[0].position),
    end: async (how: 'commit' | 'rollback') => {
      await client.query(`notify ${FEED_CHANNEL}`);
      await client.query(how);
      await client.end();
    },
  };
}

test('announcements arrive in order, once, and only when committed', async () => {
  const { kinds, rows } = await start();
  await database.db.transaction().execute((trx) => announce(trx, [{ kind: 'a', payload: { n: 1 } }, { kind: 'b' }]));
  await database.db
    .transaction()
    .execute(async (trx) => {
      await announce(trx, { kind: 'never' });
      throw new Error('changed my mind');
    })
    .catch(() => {});
  await say('c');
  await vi.waitUntil(() => kinds.length === 3);
  expect(kinds).toEqual(['a', 'b', 'c']);
  expect(rows[0]).toMatchObject({ payload: { n: 1 }, ticketId: null });
});

test('a transaction that commits late loses nothing and breaks no order', async () => {
  const { kinds } = await start();
  const early = await openTransaction();
  await early.say('early');
  await say('late');
  await vi.waitUntil(
    async () => (await database.db.selectFrom('feed').select('kind').where('kind', '=', 'late').execute()).length === 1,
  );
  await early.end('commit');
  await vi.waitUntil(() => kinds.length === 2);
  expect(kinds).toEqual(['early', 'late']);
});

test('a transaction that began later and wrote earlier is not lost either', async () => {
  const { kinds } = await start();
  const first = await openTransaction();
  await first.begin();
  const second = await openTransaction();
  await second.begin();
  const low = await second.say('second');
  const high = await first.say('first');
  expect(low).toBeLessThan(high);
  await first.end('commit');
  // `first` has the lower transaction number: a filter by numbers alone would pass `second` by for ever.
  await say('third');
  await second.end('commit');
  await vi.waitUntil(() => kinds.length === 3);
  expect(kinds).toEqual(['second', 'first', 'third']);
});

test('a position that was rolled back holds nothing up, nor does a long transaction that announces nothing', async () => {
  const { kinds } = await start();
  const silent = await openTransaction();
  await silent.begin();
  await say('before');
  await vi.waitUntil(() => kinds.length === 1);
  const given = await openTransaction();
  await given.say('given up');
  await given.end('rollback');
  await silent.end('rollback');
  await say('after');
  await vi.waitUntil(() => kinds.length === 2);
  expect(kinds).toEqual(['before', 'after']);
});

test('a start in the midst of an open transaction gets its row and none from before', async () => {
  await say('old');
  const open = await openTransaction();
  await open.say('in between');
  await say('old too');
  const { kinds } = await start();
  await open.end('commit');
  await say('new');
  await vi.waitUntil(() => kinds.length === 2);
  expect(kinds).toEqual(['in between', 'new']);
});

test('many writers at once: everything arrives, in the order of positions', async () => {
  const { rows } = await start();
  await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      database.db.transaction().execute(async (trx) => {
        await announce(trx, { kind: 'crowd', payload: { n } });
        await sql`select pg_sleep(${Math.random() / 100})`.execute(trx);
      }),
    ),
  );
  await vi.waitUntil(() => rows.length === 200);
  const positions = rows.map((row) => row.position);
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
  expect(new Set(rows.map((row) => row.payload.n)).size).toBe(200);
});

test('a lost connection is replaced and what happened meanwhile arrives', async () => {
  const { hub, kinds } = await start();
  const pid = async () => {
    const found = sql<{ pid: number }>`select pid from pg_stat_activity where application_name = 'alongside hub'
      and datname = current_database()`;
    return (await found.execute(database.db)).rows[0]?.pid;
  };
  const before = await pid();
  await sql`select pg_terminate_backend(${before})`.execute(database.db);
  await say('meanwhile');
  await vi.waitUntil(() => kinds.includes('meanwhile'));
  expect(hub.isUp()).toBe(true);
  // The old one may be listed for a moment after it said goodbye.
  await vi.waitUntil(async () => ![before, undefined].includes(await pid()));
});

test('a connection that takes queries and never answers is given up', async () => {
  const lines: net.Socket[] = [];
  const stream = () => {
    const line = new net.Socket();
    lines.push(line);
    return line;
  };
  const { hub, kinds } = await start({ ...database.connection, stream }, { queryMaxMs: 2_000 });
  await say('heard');
  await vi.waitUntil(() => kinds.includes('heard'));
  // What is asked goes nowhere; what is announced still comes, and has it asked.
  lines[0]!.write = () => true;
  await say('unheard');
  await vi.waitUntil(() => kinds.includes('unheard'));
  expect(kinds.filter((kind) => kind.endsWith('heard'))).toEqual(['heard', 'unheard']);
  expect([hub.isUp(), lines[0]!.destroyed]).toEqual([true, true]);
});

test('a follower handles each row once across restarts, and again after a failure', async () => {
  const { db } = database;
  const handled: string[] = [];
  let fail = true;
  const { hub } = await start();
  const newest = await db
    .selectFrom('feed')
    .select(({ fn }) => fn.max('position').as('position'))
    .executeTakeFirstOrThrow();
  // A follower begins where the hub stands: at earlier tests' announcements, until it has passed their gaps.
  await vi.waitUntil(() => hub.position() >= newest.position);
  const stop = await followFeed(
    { db, hub, log: silentLog() },
    { name: 'test', wants: () => true },
    async (_trx, row) => {
      handled.push(row.kind);
    },
  );
  await say('one');
  await vi.waitUntil(() => handled.length === 1);
  await stop();
  await say('two');
  const again: string[] = [];
  const stopAgain = await followFeed(
    { db, hub, log: silentLog() },
    { name: 'test', wants: () => true },
    async (_trx, row) => {
      if (fail) {
        fail = false;
        throw new Error('not yet');
      }
      again.push(row.kind);
    },
  );
  await vi.waitUntil(() => again.length === 1);
  await stopAgain();
  expect(handled).toEqual(['one']);
  expect(again).toEqual(['two']);
});

test('a follower looks into the database for its own rows alone, and passes the others with them', async () => {
  const { db } = database;
  const { hub, kinds } = await start();
  const handled: string[] = [];
  const follower = { name: 'choosy', wants: ({ kind }: FeedRow) => kind === 'mine' };
  const stop = await followFeed({ db, hub, log: silentLog() }, follower, async (_trx, row) => {
    handled.push(row.kind);
  });
  const stands = async () =>
    (await db.selectFrom('feedFollower').select('position').where('name', '=', 'choosy').executeTakeFirstOrThrow())
      .position;
  await say('mine');
  await vi.waitUntil(async () => handled.length === 1 && (await stands()) === hub.position());
  const before = await stands();
  await say("another's");
  await vi.waitUntil(() => kinds.includes("another's"));
  // Stopping waits for whatever it is at.
  await stop();
  expect(await stands()).toBe(before);
  const stopAgain = await followFeed({ db, hub, log: silentLog() }, follower, async (_trx, row) => {
    handled.push(row.kind);
  });
  await say('mine');
  await vi.waitUntil(async () => (await stands()) === hub.position());
  await say("another's");
  await setCheckpoint(db);
  await vi.waitUntil(async () => kinds.at(-1) === 'feed.checkpoint' && (await stands()) === hub.position());
  await stopAgain();
  expect(handled).toEqual(['mine', 'mine']);
});

test('a row that may wait is handled later, by the next follower if this one is stopped meanwhile', async () => {
  const { db } = database;
  const { hub, kinds } = await start();
  const handled: string[] = [];
  const follower = { name: 'patient', wants: ({ kind }: FeedRow) => kind === 'for later', waitMs: 3_600_000 };
  const follow = () =>
    followFeed({ db, hub, log: silentLog() }, follower, async (_trx, row) => {
      handled.push(row.kind);
    });
  const stop = await follow();
  await say('for later');
  await vi.waitUntil(() => kinds.includes('for later'));
  await stop();
  expect(handled).toEqual([]);
  const stopAgain = await follow();
  await vi.waitUntil(() => handled.length > 0);
  await stopAgain();
  expect(handled).toEqual(['for later']);
});

test('old rows are pruned, the newest never', async () => {
  const { db } = database;
  await db.updateTable('feed').set({ at: sql<Date>`now() - interval '8 days'` }).execute();
  expect(await pruneFeed(db)).toBeGreaterThan(0);
  expect((await db.selectFrom('feed').selectAll().execute()).length).toBe(1);
});
