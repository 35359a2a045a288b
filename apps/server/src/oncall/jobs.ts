import { EFFECTIVE_TYPES, effectOf } from '@alongside/desk';
import { z } from 'zod';
import type { Mailer } from '../platform/mail/mail.ts';
import type { Platform } from '../platform/platform.ts';
import { followFeed } from '../platform/realtime/follow.ts';
import { isAbout, type TicketAnnouncement } from '../tickets/log.actions.ts';
import { findEvents } from '../tickets/queries.ts';
import { waitForThePast } from '../tickets/settle.actions.ts';
import { performDueStep } from './chain.actions.ts';
import { deliverPage } from './delivery.ts';
import type { OncallDeps } from './deps.ts';
import { judgeTicket } from './escalation.actions.ts';
import { settleMail } from './page.actions.ts';
import { findRunningEscalations, findSettledMails, findUnjudged, findUnsettledPages } from './queries.ts';
import { deliverQueue, judgeQueue, stepQueue } from './queues.ts';

const sweepQueue = { name: 'oncall.sweep', payload: z.strictObject({}) };

/** Registers what is done later: looking at tickets, steps of chains, deliveries. */
export async function registerOncallJobs(
  platform: Pick<Platform, 'jobs' | 'db' | 'hub' | 'log' | 'onStop'> & { mailer: Pick<Mailer, 'onOutcome'> },
  deps: OncallDeps,
): Promise<void> {
  const { jobs, mailer } = platform;
  jobs.handle(judgeQueue, async ({ ticketId, seq }) => {
    // A story half told looks as if nobody had answered.
    await waitForThePast(deps.db);
    await judgeTicket(deps, ticketId, seq);
  });
  jobs.handle(stepQueue, ({ id }) => performDueStep(deps, id));
  jobs.handle(deliverQueue, ({ id }) => deliverPage(deps, id));
  jobs.handle(sweepQueue, () => wakeForgotten(deps));
  jobs.schedule(sweepQueue, '* * * * *', {});
  mailer.onOutcome((outcome) => settleMail(deps, outcome));
  platform.onStop(
    await followFeed(platform, { name: 'oncall.judge', wants: isAbout(EFFECTIVE_TYPES) }, async (trx, row) => {
      if (row.ticketId === null) return;
      const { seq } = row.payload as TicketAnnouncement;
      const [event] = await findEvents(trx, row.ticketId, { since: seq - 1, upTo: seq, publicOnly: false });
      // Judged in a job: a ticket's lock is not for a transaction that goes through everybody's events.
      if (event && effectOf(event.body, event.actor.kind) !== null)
        await jobs.send(judgeQueue, { ticketId: row.ticketId, seq }, { trx, key: row.ticketId });
    }),
  );
}

/** A job this long overdue has been lost: with a restored backup, or to an outage that outlasted its tries. */
const FORGOTTEN_AFTER_MS = 45_000;

/** What happened so long before a start may have been in the hands of a worker that died, ms. */
const JUST_BEFORE_MS = 15 * 60_000;

/**
 * Wakes everything that may have been in the hands of a worker that a kill took away: its jobs come back only once they
 * count as dead, and whoever is to be paged should not wait for that. What is woken twice happens once.
 */
export async function wakeAtStart(deps: OncallDeps): Promise<void> {
  for (const { ticketId, seq } of await findUnjudged(deps.db, new Date(deps.now().getTime() - JUST_BEFORE_MS)))
    await deps.jobs.send(judgeQueue, { ticketId, seq }, { key: ticketId });
  await wakeForgotten(deps, 0);
}

/**
 * Wakes chains and deliveries whose job is gone. Looks at what runs, by its instant, and at nothing else.
 * @param overdueMs how long after its instant something counts as forgotten
 */
export async function wakeForgotten(deps: OncallDeps, overdueMs = FORGOTTEN_AFTER_MS): Promise<void> {
  const { db, jobs, now } = deps;
  const isForgotten = (at: Date | null) => at !== null && at.getTime() < now().getTime() - overdueMs;
  for (const { id, nextStepAt } of await findRunningEscalations(db))
    if (isForgotten(nextStepAt)) await jobs.send(stepQueue, { id });
  for (const { id, nextTryAt, claimedAt, dueAt, mailId } of await findUnsettledPages(db))
    if (mailId === null && isForgotten(nextTryAt ?? claimedAt ?? dueAt)) await jobs.send(deliverQueue, { id });
  for (const outcome of await findSettledMails(db)) await settleMail(deps, outcome);
}
