import { DRILL_EVENT_TYPES } from '@alongside/desk';
import { z } from 'zod';
import type { Platform } from '../platform/platform.ts';
import { followFeed } from '../platform/realtime/follow.ts';
import { isAbout } from '../tickets/log.actions.ts';
import { waitForThePast } from '../tickets/settle.actions.ts';
import { fileDueDrill, judgeDrill } from './actions.ts';
import type { DrillsDeps } from './deps.ts';
import { findOverdueDrills, findRunningDrillOf, findRunningDrills } from './queries.ts';
import { fileQueue, judgeQueue, limitQueue } from './queues.ts';

const sweepQueue = { name: 'drills.sweep', payload: z.strictObject({}) };

/** What a drill's report is read from, and what takes its ticket out of the desk. */
const isAboutDrill = isAbout([...DRILL_EVENT_TYPES, 'ticket.merged_into', 'ticket.exclusion_set']);
/** A drill is judged by the instants of its events: it may be done a little later. */
const JUDGED_WITHIN_MS = 300;

/** Registers what is done later: filing at the secret moment, looking whether a drill is over. */
export async function registerDrillJobs(
  platform: Pick<Platform, 'jobs' | 'db' | 'hub' | 'log' | 'onStop'>,
  deps: DrillsDeps,
): Promise<void> {
  const { jobs } = platform;
  jobs.handle(fileQueue, ({ id }) => fileDueDrill(deps, id));
  const judge = async ({ id }: { id: string }) => {
    await waitForThePast(deps.db);
    await judgeDrill(deps, id);
  };
  jobs.handle(judgeQueue, judge);
  jobs.handle(limitQueue, judge);
  jobs.handle(sweepQueue, () => wakeForgottenDrills(deps));
  jobs.schedule(sweepQueue, '* * * * *', {});
  platform.onStop(
    await followFeed(
      platform,
      { name: 'drills.judge', wants: isAboutDrill, waitMs: JUDGED_WITHIN_MS },
      async (trx, row) => {
        if (row.ticketId === null) return;
        const id = await findRunningDrillOf(trx, row.ticketId);
        // Judged in a job: a drill's lock is not for a transaction that goes through everybody's events.
        if (id !== null) await jobs.send(judgeQueue, { id }, { trx, key: id });
      },
    ),
  );
}

/** A job this long overdue has been lost: with a restored backup, or to an outage that outlasted its tries. */
const FORGOTTEN_AFTER_MS = 45_000;

/** Wakes drills whose job is gone, and looks at those that run. */
export async function wakeForgottenDrills({ db, jobs, now }: DrillsDeps): Promise<void> {
  for (const id of await findOverdueDrills(db, new Date(now().getTime() - FORGOTTEN_AFTER_MS)))
    await jobs.send(fileQueue, { id });
  for (const id of await findRunningDrills(db)) await jobs.send(judgeQueue, { id }, { key: id });
}
