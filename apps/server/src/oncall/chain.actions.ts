import { randomUUID } from 'node:crypto';
import { type EscalationPolicyContent, type RecordedBody, SYSTEM_ACTOR } from '@alongside/contracts';
import { CONSOLE_WITHIN_MS, climbsAt, isLastOfRound, isLate, stepAfter } from '@alongside/desk';
import type { Trx } from '../platform/database/database.ts';
import { changeTickets, type TicketLog } from '../tickets/log.actions.ts';
import type { TicketEventRow } from '../tickets/tables.ts';
import type { OncallDeps } from './deps.ts';
import { announcePages } from './live.actions.ts';
import { findEscalation, findPagesOf } from './queries.ts';
import { deliverQueue, stepQueue } from './queues.ts';
import type { EscalationRow, PageRow } from './tables.ts';
import { findReached, type Reached } from './targets.queries.ts';

/** Work on one chain, under the lock of its ticket; a test page's is its own row's. */
export type ChainWork = {
  trx: Trx;
  now(): Date;
  /** Writes into the ticket's timeline; a test page has none. */
  record(body: RecordedBody): void;
};

/**
 * The work on a chain of a ticket that is locked already.
 * @param recorded gets the events written
 */
export function workOn(log: TicketLog, ticketId: string, recorded: TicketEventRow[] = []): ChainWork {
  return {
    trx: log.trx,
    now: log.now,
    record: (body) => void recorded.push(log.append(ticketId, SYSTEM_ACTOR, body)),
  };
}

/**
 * Does something to a chain while nobody else can. The row handed on is read under the lock.
 * @returns null when there is no such chain
 */
export async function withChain<T>(
  deps: Pick<OncallDeps, 'db' | 'now'>,
  escalationId: string,
  work: (chain: ChainWork, escalation: EscalationRow) => Promise<T>,
): Promise<T | null> {
  const found = await findEscalation(deps.db, escalationId);
  if (!found) return null;
  const { ticketId } = found;
  if (ticketId === null)
    return deps.db.transaction().execute(async (trx) => {
      await trx.selectFrom('escalation').select('id').where('id', '=', escalationId).forUpdate().execute();
      return work({ trx, now: deps.now, record() {} }, (await findEscalation(trx, escalationId))!);
    });
  return changeTickets(
    deps.db,
    async (log) => {
      await log.lock(ticketId);
      return work(workOn(log, ticketId), (await findEscalation(log.trx, escalationId))!);
    },
    deps.now,
  );
}

/**
 * Performs the step of a chain that is due. Woken early it goes back to sleep; woken twice it does nothing the second
 * time; woken after a downtime it does the one step that was missed, marked late.
 */
export async function performDueStep(deps: OncallDeps, escalationId: string): Promise<void> {
  await withChain(deps, escalationId, async (work, escalation) => {
    if (escalation.state !== 'running' || escalation.nextStepAt === null) return;
    // The queue goes by the database's clock, which need not be ours.
    if (escalation.nextStepAt > work.now()) await wakeAt(deps, work.trx, escalation.id, escalation.nextStepAt);
    else await performStep(deps, work, escalation);
  });
}

/** @param escalation as it is under the lock; its step is due */
export async function performStep(deps: OncallDeps, work: ChainWork, escalation: EscalationRow): Promise<void> {
  const { trx } = work;
  const { id, chain } = escalation;
  const now = work.now();
  const next = stepAfter(chain, escalation);
  const isNewRound = next !== 'exhausted' && next.place.round > escalation.round;
  // A whole round that reached nobody would be followed by more of them within moments.
  if (next === 'exhausted' || (isNewRound && !(await hasPages(trx, escalation)))) {
    await trx
      .updateTable('escalation')
      .set({ state: 'exhausted', nextStepAt: null, endedAt: now })
      .where('id', '=', id)
      .execute();
    work.record({ type: 'escalation.exhausted', escalationId: id });
    await announcePages(trx, await peopleOf(trx, id));
    return;
  }
  const reached = await findReached(trx, next.step.targets, now);
  const isReached = reached.people.length + reached.hooks.length > 0;
  // Between two rounds there is always a pause, unless the round was for nothing.
  const isWaitedFor = isReached || (isLastOfRound(chain, next.place) && (await hasPages(trx, { id, ...next.place })));
  const nextStepAt = climbsAt(next.step, isWaitedFor, now);
  await trx
    .updateTable('escalation')
    .set({ ...next.place, nextStepAt })
    .where('id', '=', id)
    .execute();
  work.record({
    type: 'escalation.stepped',
    escalationId: id,
    ...next.place,
    people: reached.people.map(({ id: personId, name }) => ({ id: personId, name })),
    ...(reached.hooks.length > 0 ? { hooks: reached.hooks.map(({ name }) => name) } : {}),
    nobody: !isReached,
    ...(isWaitedFor ? { nextAt: nextStepAt.toISOString() } : {}),
  });
  const late = escalation.nextStepAt !== null && isLate(escalation.nextStepAt, now);
  await makePages(deps, trx, { escalationId: id, ...next.place }, reached, { now, late });
  await wakeAt(deps, trx, id, nextStepAt);
}

/** Whether anybody was reached in a round so far. */
async function hasPages(trx: Trx, { id, round }: Pick<EscalationRow, 'id' | 'round'>): Promise<boolean> {
  return (await findPagesOf(trx, id)).some((page) => page.round === round);
}

/** One row per delivery, and a job that wakes it; what is there already stays as it is. */
export async function makePages(
  deps: Pick<OncallDeps, 'jobs'>,
  trx: Trx,
  place: { escalationId: string; step: number; round: number },
  { people, hooks }: Reached,
  { now, late }: { now: Date; late: boolean },
): Promise<void> {
  type Way = Pick<PageRow, 'channel' | 'staffId' | 'deviceId' | 'hookId'>;
  const ways: Way[] = [
    ...people.flatMap(({ id: staffId, channels, devices }) =>
      channels.flatMap((channel): Way[] =>
        channel === 'push'
          ? devices.map(({ id }) => ({ channel, staffId, deviceId: id, hookId: null }))
          : [{ channel, staffId, deviceId: null, hookId: null }],
      ),
    ),
    ...hooks.map((hook): Way => ({ channel: 'webhook', staffId: null, deviceId: null, hookId: hook.id })),
  ];
  if (ways.length === 0) return;
  const made = await trx
    .insertInto('page')
    .values(
      ways.map((way) => ({
        id: randomUUID(),
        ...place,
        ...way,
        state: 'waiting' as const,
        dueAt: now,
        late,
        why: null,
        mailId: null,
        createdAt: now,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'channel'])
    .execute();
  for (const { id, channel } of made) {
    // A console that is open shows the page by itself; later it is looked whether one did.
    const at = channel === 'console' ? new Date(now.getTime() + CONSOLE_WITHIN_MS) : undefined;
    await deps.jobs.send(deliverQueue, { id }, { trx, ...(at ? { at } : {}) });
  }
  await announcePages(
    trx,
    people.map(({ id }) => id),
  );
}

/** Wakes a chain at an instant; a past one is now. */
export async function wakeAt(deps: Pick<OncallDeps, 'jobs'>, trx: Trx, id: string, at: Date): Promise<void> {
  await deps.jobs.send(stepQueue, { id }, { trx, at });
}

/** Everybody a chain has paged. */
export async function peopleOf(trx: Trx, escalationId: string): Promise<string[]> {
  const pages = await findPagesOf(trx, escalationId);
  return [...new Set(pages.map(({ staffId }) => staffId).filter((id) => id !== null))];
}

/**
 * A chain that is not a policy's: one step, paged once and `repeats` times more; then it is exhausted, unless something
 * ended it before.
 * @param targets none where the pages are made elsewhere, as a test page's are
 * @param pace.waitMs from one page to the next, and from the last one to the end
 */
export function plainChain(
  name: string,
  targets: EscalationPolicyContent['steps'][number]['targets'],
  { waitMs, repeats }: { waitMs: number; repeats: number },
): EscalationPolicyContent {
  return { name, rules: [], delayMs: 0, steps: [{ targets, waitMs }], repeats };
}
