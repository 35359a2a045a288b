import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Db } from '../platform/database/database.ts';
import { type Queue, sendWithin } from '../platform/jobs/jobs.ts';
import type { Platform } from '../platform/platform.ts';
import type { FeedRow } from '../platform/realtime/feed-reader.ts';
import { followFeed } from '../platform/realtime/follow.ts';
import { clockQueue, type Waking } from './clock-waking.ts';
import { type CalendarMove, moveClocks, settleDue, settleTickets, wakeSoon } from './settle.actions.ts';

const aheadQueue = { name: 'tickets.clocks-ahead', payload: z.strictObject({}) };

const moveQueue: Queue<CalendarMove> = {
  name: 'tickets.move-clocks',
  payload: z.strictObject({ calendarId: z.uuid(), version: z.number().int(), after: z.uuid().nullable() }),
};

/** Kind of the feed's rows about edited calendars, and what they carry; written by the plans. */
const CALENDAR_CHANGED = 'plans.calendar_changed';
const CalendarChange = z.object({ calendarId: z.uuid(), version: z.number().int() });

/**
 * Has clocks speak at their moments, deadlines follow their calendars, and what passed while no server ran recorded
 * before anything else is.
 * @returns begins; to be called once everything is up
 */
export async function registerClocks(
  platform: Pick<Platform, 'jobs' | 'db' | 'hub' | 'log' | 'onStop'>,
): Promise<() => void> {
  const { jobs, db, log } = platform;
  const begun = Promise.withResolvers<void>();
  let isStopped = false;

  jobs.handleMany(clockQueue, async (payloads) => {
    await begun.promise;
    const failures = await settleOnTime(db, payloads);
    return payloads.map(({ ticketId }) => failures.get(ticketId) ?? null);
  });
  jobs.handle(aheadQueue, async () => void (await wakeSoon(db)));
  jobs.schedule(aheadQueue, '* * * * *', {});
  jobs.handle(moveQueue, (move) =>
    moveClocks(db, move, (trx, next) => sendWithin(trx, moveQueue, [{ payload: next }])),
  );
  const wants = ({ kind }: FeedRow) => kind === CALENDAR_CHANGED;
  const unfollow = await followFeed(platform, { name: 'tickets.move-clocks', wants }, async (trx, row) => {
    const { calendarId, version } = CalendarChange.parse(row.payload);
    await jobs.send(moveQueue, { calendarId, version, after: null }, { trx });
  });

  let running: Promise<void> = Promise.resolve();
  async function begin(): Promise<void> {
    const { count, failures } = await settleDue(db, { isOver: () => isStopped });
    for (const [ticketId, error] of failures)
      log.error({ err: error, ticketId }, 'a clock could not be brought up to date');
    if (count > 0) log.info({ count }, 'clocks brought up to date');
    await wakeSoon(db);
  }
  platform.onStop(async () => {
    isStopped = true;
    begun.resolve();
    await unfollow();
    await running;
  });
  return () => {
    running = begin()
      // What was missed is sent for again within a minute.
      .catch((error) => log.error({ err: error }, 'clocks could not be brought up to date'))
      .finally(() => begun.resolve());
  };
}

/** Nobody waits longer, ms: where the database's clock is that far ahead of ours, the clock is sent for again. */
const WAITED_MAX_MS = 5_000;

/**
 * Settles tickets at their moments, together those that are due by then.
 * @returns why those that failed did
 */
async function settleOnTime(db: Db, wakings: readonly Waking[]): Promise<ReadonlyMap<string, Error>> {
  const failures = new Map<string, Error>();
  const latestMs = Date.now() + WAITED_MAX_MS;
  let waiting = wakings
    .map(({ ticketId, atMs = 0 }) => ({ ticketId, atMs }))
    .filter(({ atMs }) => atMs <= latestMs)
    .sort((a, b) => a.atMs - b.atMs);
  while (waiting.length > 0) {
    // Just after: what happens at the instant itself is still in time.
    const aheadMs = waiting[0]!.atMs + 1 - Date.now();
    if (aheadMs > 0) await sleep(aheadMs);
    const nowMs = Date.now();
    const due = waiting.filter(({ atMs }) => atMs < nowMs).map(({ ticketId }) => ticketId);
    waiting = waiting.slice(due.length);
    for (const [ticketId, error] of await settleTickets(db, due)) failures.set(ticketId, error);
  }
  return failures;
}
