import { z } from 'zod';
import type { Jobs } from '../platform/jobs/jobs.ts';
import { type ChecksDeps, KEPT_MAX, KEPT_MS } from './deps.ts';
import { endOldRooms } from './rooms.actions.ts';

const forgetQueue = { name: 'checks.forget', payload: z.strictObject({}) };

/** Registers what is done later: forgetting what nobody kept. */
export function registerCheckJobs(jobs: Jobs, deps: Pick<ChecksDeps, 'db' | 'now'>): void {
  jobs.handle(forgetQueue, () => forgetChecks(deps));
  jobs.schedule(forgetQueue, '41 * * * *', {});
}

/** Forgets checks in no ticket that are old or too many, and askings nobody can use any more. */
export async function forgetChecks({ db, now }: Pick<ChecksDeps, 'db' | 'now'>): Promise<void> {
  const before = new Date(now().getTime() - KEPT_MS);
  await db.deleteFrom('preCallCheck').where('ticketId', 'is', null).where('createdAt', '<', before).execute();
  const last = await db
    .selectFrom('preCallCheck')
    .select('createdAt')
    .where('ticketId', 'is', null)
    .orderBy('createdAt', 'desc')
    .offset(KEPT_MAX)
    .limit(1)
    .executeTakeFirst();
  if (last)
    await db
      .deleteFrom('preCallCheck')
      .where('ticketId', 'is', null)
      .where('createdAt', '<=', last.createdAt)
      .execute();
  await db.deleteFrom('checkAsk').where('createdAt', '<', before).execute();
}

/** Rooms are looked for this often, ms. */
const SWEEP_MS = 5_000;
/** Longer than a token a media server hands out anew holds, ms: until then somebody may come back to a room that ended. */
const WATCHED_MS = 15 * 60_000;

/** Ends the rooms of checks in time. */
export type RoomSweep = {
  /** A room was given out: it has to be watched. */
  opened(): void;
  stop(): void;
};

/** Sweeps while there is reason to, and once at the start: a server that was restarted has forgotten what it gave out. */
export function startRoomSweep(deps: Pick<ChecksDeps, 'media' | 'now' | 'log'>): RoomSweep {
  let untilMs = deps.now().getTime() + WATCHED_MS;
  let isSweeping = false;
  async function sweep(): Promise<void> {
    if (isSweeping || deps.now().getTime() > untilMs || !deps.media().isUp()) return;
    isSweeping = true;
    try {
      if ((await endOldRooms(deps)) > 0) untilMs = Math.max(untilMs, deps.now().getTime() + WATCHED_MS);
    } catch (error) {
      deps.log.warn({ err: error }, 'the rooms of checks could not be looked through');
    } finally {
      isSweeping = false;
    }
  }
  const timer = setInterval(() => void sweep(), SWEEP_MS);
  timer.unref();
  return {
    opened() {
      untilMs = deps.now().getTime() + WATCHED_MS;
    },
    stop: () => clearInterval(timer),
  };
}
