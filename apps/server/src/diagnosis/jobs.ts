import type { Platform } from '../platform/platform.ts';
import { followFeed } from '../platform/realtime/follow.ts';
import { isAbout, type TicketAnnouncement } from '../tickets/log.actions.ts';
import { findEvents } from '../tickets/queries.ts';
import { expireSamples, onCallFinished, recordCall, recordWatched } from './actions.ts';
import { type DiagnosisDeps, expireQueue, recordCallQueue, recordWatchedQueue } from './deps.ts';

/** Before the jobs start. */
export function registerDiagnosisJobs({ jobs }: Pick<Platform, 'jobs'>, deps: DiagnosisDeps): void {
  jobs.handle(recordCallQueue, ({ callId }) => recordCall(deps, callId));
  jobs.handle(recordWatchedQueue, ({ watchedSessionId, ticketId }) => recordWatched(deps, watchedSessionId, ticketId));
  jobs.handle(expireQueue, () => expireSamples(deps));
  jobs.schedule(expireQueue, '37 * * * *', {});
}

/** Hears of calls that are over. @returns stops it */
export async function followCalls(
  platform: Pick<Platform, 'db' | 'hub' | 'log'>,
  deps: DiagnosisDeps,
): Promise<() => Promise<void>> {
  return followFeed(platform, { name: 'diagnosis', wants: isAbout(['call.finished']) }, async (trx, row) => {
    if (row.ticketId === null) return;
    const { seq } = row.payload as TicketAnnouncement;
    const [event] = await findEvents(trx, row.ticketId, { since: seq - 1, upTo: seq, publicOnly: false });
    if (event?.body.type === 'call.finished') await onCallFinished(deps, trx, event.body.callId);
  });
}
