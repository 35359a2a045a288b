import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db, Trx } from '../platform/database/database.ts';
import { type DueTicket, findDueTickets, findTicketsOnCalendar } from './clock.queries.ts';
import { WOKEN_AHEAD_MS, wakeClocks } from './clock-waking.ts';
import { changeTickets } from './log.actions.ts';

/** So many tickets share a transaction: enough to be quick, few enough that nobody waits long for one of them. */
const TOGETHER = 50;
const PAGE = 500;
/** Any number of ours. */
const PAST_LOCK = 7_700_019;

/**
 * Records what time alone did to tickets: warnings, breaches, moved deadlines, each at its instant and once, whoever
 * else does the same. One that fails holds up no other. While the past is being told, nothing is done: what is due then
 * is sent for again within a minute.
 * @returns why those that failed did
 */
export async function settleTickets(
  db: Db,
  ticketIds: readonly string[],
  now: () => Date = () => new Date(),
): Promise<ReadonlyMap<string, Error>> {
  const failures = new Map<string, Error>();
  const ids = [...new Set(ticketIds)].sort();
  for (let start = 0; start < ids.length; start += TOGETHER) {
    const some = ids.slice(start, start + TOGETHER);
    try {
      await settleTogether(db, some, now);
    } catch (error) {
      if (some.length === 1) failures.set(some[0]!, error as Error);
      else
        for (const id of some) await settleTogether(db, [id], now).catch((reason: Error) => failures.set(id, reason));
    }
  }
  return failures;
}

async function settleTogether(db: Db, ticketIds: readonly string[], now: () => Date): Promise<void> {
  await changeTickets(
    db,
    async (log) => {
      // To wait for it would hold connections that those who tell it may need.
      if (!(await isPastTold(log.trx))) return;
      for (const { id } of await log.lockAll(ticketIds)) log.settle(id);
    },
    now,
  );
}

/**
 * Records what passed while no server ran, first come first.
 * @param isOver asked between batches; true leaves the rest for the next start
 * @returns how many tickets were looked at, and why those that failed did
 */
export async function settleDue(
  db: Db,
  { now = () => new Date(), isOver = () => false }: { now?: () => Date; isOver?: () => boolean } = {},
): Promise<{ count: number; failures: ReadonlyMap<string, Error> }> {
  const failures = new Map<string, Error>();
  let count = 0;
  const upTo = now();
  for (let after: DueTicket | null = null; !isOver(); ) {
    const due: DueTicket[] = await findDueTickets(db, { upTo, after, limit: PAGE });
    const ids = due.map(({ id }) => id);
    for (const [id, error] of await settleTickets(db, ids, now)) failures.set(id, error);
    count += due.length;
    if (due.length < PAGE) break;
    after = due.at(-1)!;
  }
  return { count, failures };
}

/** Sends for the clocks that speak soon, and for those that should have spoken and were not heard. */
export async function wakeSoon(db: Db, now = new Date()): Promise<number> {
  const upTo = new Date(now.getTime() + WOKEN_AHEAD_MS);
  let count = 0;
  for (let after: DueTicket | null = null; ; ) {
    const due: DueTicket[] = await findDueTickets(db, { upTo, after, limit: PAGE });
    await db.transaction().execute((trx) => wakeClocks(trx, due));
    count += due.length;
    if (due.length < PAGE) return count;
    after = due.at(-1)!;
  }
}

/** A calendar was edited; `after` is the last ticket that has been seen to. */
export type CalendarMove = { calendarId: string; version: number; after: string | null };

/**
 * Moves the deadlines of some of the tickets on an edited calendar, and has the rest done next.
 * @param goOn sends for the next batch within the same transaction, so that a kill neither loses nor repeats one
 */
export async function moveClocks(
  db: Db,
  move: CalendarMove,
  goOn: (trx: Trx, next: CalendarMove) => Promise<void>,
  now: () => Date = () => new Date(),
): Promise<void> {
  await waitForThePast(db);
  await changeTickets(
    db,
    async (log) => {
      const ids = await findTicketsOnCalendar(log.trx, move.calendarId, { after: move.after, limit: TOGETHER });
      for (const { id } of await log.lockAll(ids)) log.settle(id);
      if (ids.length === TOGETHER) await goOn(log.trx, { ...move, after: ids.at(-1)! });
    },
    now,
  );
}

/**
 * Lets tickets be told that lie in the past, such as the demo's: until it is done no clock finds out by itself that
 * nobody has answered yet.
 */
export async function tellThePast<T>(db: Db, tell: () => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${PAST_LOCK})`.execute(connection);
    try {
      return await tell();
    } finally {
      await sql`select pg_advisory_unlock(${PAST_LOCK})`.execute(connection);
    }
  });
}

/** Whether nobody is telling tickets of the past now; nobody begins to before the transaction ends. */
export async function isPastTold(trx: Trx): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`select pg_try_advisory_xact_lock_shared(${PAST_LOCK}) as is`.execute(trx);
  return rows[0]!.is;
}

const PAST_LOOK_MS = 250;

/** Waits until tickets of the past have been told to their end, if somebody is telling them; holds no connection. */
export async function waitForThePast(db: Db): Promise<void> {
  while (!(await db.transaction().execute(isPastTold))) await sleep(PAST_LOOK_MS);
}
