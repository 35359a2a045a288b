import { randomUUID } from 'node:crypto';
import { type ActorRef, AppError, type EscalationPolicyContent } from '@alongside/contracts';
import { TEST_PAGE_MS } from '@alongside/desk';
import { findStaff } from '../people/queries.ts';
import { type Author, actorOf } from '../tickets/actions.ts';
import { makePages, plainChain, wakeAt, withChain } from './chain.actions.ts';
import type { OncallDeps } from './deps.ts';
import { announcePages } from './live.actions.ts';
import { findHooks } from './queries.ts';
import { findWaysTo, type Reached } from './targets.queries.ts';

/** Pages somebody through every way they have chosen. @returns the test's id */
export async function sendTestPage(deps: OncallDeps, author: Author): Promise<string> {
  const staff = await findStaff(deps.db, author.id);
  if (!staff) throw new AppError('not_found');
  const reached = { people: [await findWaysTo(deps.db, staff)], hooks: [] };
  return beginTest(deps, actorOf(author), reached);
}

/** Calls a webhook with a test page. @returns the test's id @throws AppError `not_found` */
export async function testHook(deps: OncallDeps, author: Author, hookId: string): Promise<string> {
  const hooks = await findHooks(deps.db, [hookId]);
  if (hooks.length === 0) throw new AppError('not_found');
  return beginTest(deps, actorOf(author), { people: [], hooks });
}

/** Acknowledges a test of one's own. @throws AppError `not_found` */
export async function acknowledgeTest(deps: OncallDeps, author: Author, id: string): Promise<void> {
  const done = await withChain(deps, id, async (work, escalation) => {
    if (escalation.kind !== 'test' || escalation.startedBy.id !== author.id) return false;
    if (escalation.state !== 'running') return true;
    await work.trx
      .updateTable('escalation')
      .set({
        state: 'acknowledged',
        nextStepAt: null,
        endedAt: work.now(),
        endedBy: JSON.stringify(actorOf(author)),
      })
      .where('id', '=', id)
      .execute();
    await announcePages(work.trx, [author.id]);
    return true;
  });
  if (done !== true) throw new AppError('not_found');
}

async function beginTest(deps: OncallDeps, by: ActorRef, reached: Reached): Promise<string> {
  const id = randomUUID();
  const chain: EscalationPolicyContent = plainChain('', [], { waitMs: TEST_PAGE_MS, repeats: 0 });
  await deps.db.transaction().execute(async (trx) => {
    const now = deps.now();
    const endsAt = new Date(now.getTime() + TEST_PAGE_MS);
    await trx
      .insertInto('escalation')
      .values({
        id,
        kind: 'test',
        ticketId: null,
        policyId: null,
        chain: JSON.stringify(chain),
        cause: 'person',
        note: '',
        startedBy: JSON.stringify(by),
        state: 'running',
        step: 1,
        round: 1,
        nextStepAt: endsAt,
        startedAt: now,
        endedBy: null,
      })
      .execute();
    await makePages(deps, trx, { escalationId: id, step: 1, round: 1 }, reached, { now, late: false });
    await wakeAt(deps, trx, id, endsAt);
  });
  return id;
}
