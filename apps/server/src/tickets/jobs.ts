import { z } from 'zod';
import type { Platform } from '../platform/platform.ts';
import { closeSolvedTickets } from './actions.ts';

const closeQueue = { name: 'tickets.close-solved', payload: z.strictObject({}) };

/** Closes what was solved a week ago and not reopened. */
export function registerTicketJobs({ jobs, db, log }: Pick<Platform, 'jobs' | 'db' | 'log'>): void {
  jobs.handle(closeQueue, async () => {
    const closed = await closeSolvedTickets(db);
    if (closed > 0) log.info({ closed }, 'solved tickets closed');
  });
  jobs.schedule(closeQueue, '*/15 * * * *', {});
}
