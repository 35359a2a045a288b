import { sql } from 'kysely';
import type { Db, Trx } from '../database/database.ts';
import type { Log } from '../log/logger.ts';
import { announce } from './feed.ts';
import type { FeedRow } from './feed-reader.ts';
import type { Hub } from './hub.ts';

const BATCH_MAX = 100;
const RETRY_MS = 2_000;
/** Rows are kept this long for those who follow and those who resume. */
export const FEED_KEPT_DAYS = 7;
const CHECKPOINT = 'feed.checkpoint';

/** Who follows the feed, and what of it. */
export type Follower = {
  /** Under which it is remembered how far it has come. */
  name: string;
  /** Which rows are its own, by what they carry. All others, which are most, cost it no look into the database. */
  wants(row: FeedRow): boolean;
  /** How long a row of its own may wait for others, to be handled with them, ms. */
  waitMs?: number;
};

/**
 * Follows the feed across restarts: every row a follower wants is handled exactly once per name, in order, in the
 * transaction that also remembers it. For effects in the database (rows, jobs, mails); a handler that throws is tried again
 * with the same row. A new name starts with what happens from now on.
 * @returns stops following
 */
export async function followFeed(
  { db, hub, log }: { db: Db; hub: Hub; log: Log },
  { name, wants, waitMs = 0 }: Follower,
  handle: (trx: Trx, row: FeedRow) => Promise<void>,
): Promise<() => Promise<void>> {
  await db
    .insertInto('feedFollower')
    .values({ name, position: hub.position() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  let stopped = false;
  let wanted = true;
  let running: Promise<void> | null = null;
  let retry: NodeJS.Timeout | undefined;
  let waiting: NodeJS.Timeout | undefined;

  const onRow = (row: FeedRow) => {
    if (row.kind !== CHECKPOINT && !wants(row)) return;
    if (waitMs === 0 || row.kind === CHECKPOINT) return wake();
    waiting ??= setTimeout(() => {
      waiting = undefined;
      wake();
    }, waitMs);
  };
  const wake = () => {
    wanted = true;
    running ??= run().finally(() => {
      running = null;
      // Woken between the last look and here.
      if (wanted && !stopped && retry === undefined) wake();
    });
  };
  async function run(): Promise<void> {
    while (wanted && !stopped) {
      wanted = false;
      try {
        while (!stopped && (await handleSome(db, { name, wants }, hub.position(), handle)) === BATCH_MAX);
      } catch (error) {
        log.error({ err: error, follower: name }, 'a follower of the feed failed; it tries again');
        retry = setTimeout(() => {
          retry = undefined;
          wake();
        }, RETRY_MS);
        return;
      }
    }
  }
  const unlisten = hub.onEvent(onRow);
  wake();
  return async () => {
    stopped = true;
    unlisten();
    clearTimeout(retry);
    clearTimeout(waiting);
    await running;
  };
}

async function handleSome(
  db: Db,
  { name, wants }: Follower,
  upTo: number,
  handle: (trx: Trx, row: FeedRow) => Promise<void>,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    // The lock makes one process of several do it.
    const { position } = await trx
      .selectFrom('feedFollower')
      .select('position')
      .where('name', '=', name)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const rows = await trx
      .selectFrom('feed')
      .select(['position', 'kind', 'ticketId', 'payload', 'at'])
      .where('position', '>', position)
      .where('position', '<=', upTo)
      .orderBy('position')
      .limit(BATCH_MAX)
      .execute();
    for (const row of rows) if (wants(row)) await handle(trx, row);
    const last = rows.at(-1);
    if (last) await trx.updateTable('feedFollower').set({ position: last.position }).where('name', '=', name).execute();
    return rows.length;
  });
}

/**
 * Has every follower write down that it has come this far: by itself it does so only with rows of its own, and would read
 * all the others again after a restart.
 */
export async function setCheckpoint(db: Db): Promise<void> {
  await db.transaction().execute((trx) => announce(trx, { kind: CHECKPOINT }));
}

/** Removes rows nobody needs any more. The newest stays, so that positions never seem to start again. */
export async function pruneFeed(db: Db): Promise<number> {
  const result = await db
    .deleteFrom('feed')
    .where('at', '<', sql<Date>`now() - make_interval(days => ${FEED_KEPT_DAYS})`)
    .where('position', '<', (query) => query.selectFrom('feed').select((eb) => eb.fn.max('position').as('newest')))
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
