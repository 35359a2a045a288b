import { z } from 'zod';
import type { Platform } from '../platform/platform.ts';
import type { FeedRow } from '../platform/realtime/feed-reader.ts';
import { followFeed } from '../platform/realtime/follow.ts';
import { TICKET_EVENT, type TicketAnnouncement } from '../tickets/log.actions.ts';
import { measureMissing, measureTickets } from './measure.actions.ts';
import { findLastSeq } from './measure.queries.ts';

/** Whoever reads a report does not see a second; what happens within one is measured once. */
const MEASURED_WITHIN_MS = 1_000;

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
  const wants = ({ kind }: FeedRow) => kind === TICKET_EVENT;
  const follower = { name: 'statements.measure', wants, waitMs: MEASURED_WITHIN_MS };
  const unfollow = await followFeed(platform, follower, async (trx, row) => {
    if (row.ticketId === null) return;
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
