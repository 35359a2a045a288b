import { z } from 'zod';
import { type Queue, sendWithin } from '../platform/jobs/jobs.ts';
import type { Platform } from '../platform/platform.ts';
import { followFeed } from '../platform/realtime/follow.ts';
import { clockQueue } from './clock-waking.ts';
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
    const failures = await settleTickets(
      db,
      payloads.map(({ ticketId }) => ticketId),
    );
    return payloads.map(({ ticketId }) => failures.get(ticketId) ?? null);
  });
  jobs.handle(aheadQueue, async () => void (await wakeSoon(db)));
  jobs.schedule(aheadQueue, '* * * * *', {});
  jobs.handle(moveQueue, (move) =>
    moveClocks(db, move, (trx, next) => sendWithin(trx, moveQueue, [{ payload: next }])),
  );
  const unfollow = await followFeed(platform, 'tickets.move-clocks', async (trx, row) => {
    if (row.kind !== CALENDAR_CHANGED) return;
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
