import { z } from 'zod';
import type { Platform } from '../platform/platform.ts';
import { followFeed } from '../platform/realtime/follow.ts';
import { TICKET_EVENT, type TicketAnnouncement } from '../tickets/log.actions.ts';
import { measureMissing, measureTickets } from './measure.actions.ts';
import { findLastSeq } from './measure.queries.ts';

const missingQueue = { name: 'statements.measure-missing', payload: z.strictObject({}) };

/**
 * Keeps what the report counts up with the logs.
 * @returns begins; to be called once everything is up
 */
export async function registerMeasuring(
  platform: Pick<Platform, 'jobs' | 'db' | 'hub' | 'log' | 'onStop'> & { now(): Date },
): Promise<() => Promise<void>> {
  const { jobs, db, log, now } = platform;
  let isStopped = false;
  jobs.handle(missingQueue, async () => {
    const count = await measureMissing(db, { now, isOver: () => isStopped });
    if (count > 0) log.info({ tickets: count }, 'tickets measured for the report');
  });
  const unfollow = await followFeed(platform, 'statements.measure', async (trx, row) => {
    if (row.kind !== TICKET_EVENT || row.ticketId === null) return;
    // Of several events in a row the last one brings it all.
    const { seq } = row.payload as TicketAnnouncement;
    if (seq !== (await findLastSeq(trx, row.ticketId))) return;
    await measureTickets(trx, [row.ticketId], now());
  });
  platform.onStop(async () => {
    isStopped = true;
    await unfollow();
  });
  return () => jobs.send(missingQueue, {});
}
