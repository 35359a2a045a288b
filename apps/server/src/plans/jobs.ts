import { z } from 'zod';
import type { Jobs } from '../platform/jobs/jobs.ts';
import type { Log } from '../platform/log/logger.ts';
import { type FeedDeps, refreshFeed } from './feed.actions.ts';

const refreshAll = { name: 'plans.refresh-feeds', payload: z.strictObject({}) };
const refreshOne = { name: 'plans.refresh-feed', payload: z.strictObject({ feedId: z.uuid() }), onePerKey: true };

/** Every feed of holidays is read once a day; each by a job of its own, so that a slow one holds up no other. */
export function registerPlanJobs(jobs: Jobs, deps: FeedDeps, log: Log): void {
  jobs.handle(refreshAll, async () => {
    const feeds = await deps.db.selectFrom('holidayFeed').select('id').execute();
    for (const { id } of feeds) await jobs.send(refreshOne, { feedId: id }, { key: id });
  });
  jobs.handle(refreshOne, async ({ feedId }) => {
    await refreshFeed(deps, feedId).catch((error) => {
      if (error.code !== 'not_found') throw error;
      log.debug({ feedId }, 'the feed was removed meanwhile');
    });
  });
  jobs.schedule(refreshAll, '23 2 * * *', {});
}
