import type { PageOutcome, PageTrouble } from '@alongside/contracts';
import { CONSOLE_WITHIN_MS, isLastOfRound, retryAt } from '@alongside/desk';
import { findStaff } from '../people/queries.ts';
import type { MailOutcome } from '../platform/mail/mail.ts';
import type { Author } from '../tickets/actions.ts';
import { type ChainWork, wakeAt, withChain } from './chain.actions.ts';
import type { OncallDeps } from './deps.ts';
import { announcePages } from './live.actions.ts';
import { factsOf } from './page-facts.ts';
import { linksOf } from './page-links.ts';
import { pageMail } from './page-mail.ts';
import { findHooks, findPage, findPageByMail, findPagesOfStep } from './queries.ts';
import { deliverQueue } from './queues.ts';
import type { EscalationRow, PageRow } from './tables.ts';

/** What a try to deliver came to. */
export type Tried = { ok: true } | { ok: false; why: PageTrouble; detail: string; gone?: boolean };

/** A worker that died while it sent is taken for dead after this long; longer than any request waits, ms. */
const CLAIM_MS = 15_000;

const DETAIL_MAX_LENGTH = 300;

const isSettled = ({ state }: Pick<PageRow, 'state'>) => ['sent', 'failed', 'kept', 'cancelled'].includes(state);

/** Whether a page is still worth sending: its chain waits to be acknowledged. */
const isWanted = ({ state }: Pick<EscalationRow, 'state'>) => state === 'running' || state === 'exhausted';

/**
 * Takes a delivery that is due, so that no other worker sends it at the same time.
 * @returns null when there is nothing to send now; of one that is over or somebody else's, for good
 */
export async function claimPage(deps: OncallDeps, id: string): Promise<PageRow | null> {
  const page = await findPage(deps.db, id);
  if (!page || isSettled(page)) return null;
  const claimed = await withChain(deps, page.escalationId, async ({ trx, now }, escalation) => {
    const fresh = (await findPage(trx, id))!;
    if (isSettled(fresh)) return null;
    if (!isWanted(escalation)) {
      await trx.updateTable('page').set({ state: 'cancelled', settledAt: now() }).where('id', '=', id).execute();
      return null;
    }
    const waitsUntil =
      fresh.state === 'sending' && fresh.claimedAt
        ? new Date(fresh.claimedAt.getTime() + CLAIM_MS)
        : (fresh.nextTryAt ?? fresh.dueAt);
    if (waitsUntil > now()) {
      await deps.jobs.send(deliverQueue, { id }, { trx, at: waitsUntil });
      return null;
    }
    return trx
      .updateTable('page')
      .set((eb) => ({ state: 'sending', claimedAt: now(), attempts: eb('attempts', '+', 1) }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
  return claimed;
}

/** Writes down what a try came to: into the row, into the timeline, and whether to try again. */
export async function settlePage(deps: OncallDeps, id: string, tried: Tried): Promise<void> {
  const page = await findPage(deps.db, id);
  if (!page) return;
  await withChain(deps, page.escalationId, async (work, escalation) => {
    const fresh = (await findPage(work.trx, id))!;
    if (isSettled(fresh)) return;
    if (tried.ok) return settle(work, fresh, 'sent', null, '');
    const again = tried.gone || !isWanted(escalation) ? null : retryAt(fresh.attempts, work.now());
    if (again === null) {
      await settle(work, fresh, 'failed', tried.why, tried.detail);
      await climbIfUnheard(deps, work, escalation, fresh);
      return;
    }
    await work.trx
      .updateTable('page')
      .set({ state: 'retrying', nextTryAt: again, why: tried.why, detail: short(tried.detail) })
      .where('id', '=', id)
      .execute();
    // The first failure is told, and the last; what lies between would only be noise.
    if (fresh.attempts === 1) await record(work, fresh, 'retrying', tried.why, tried.detail);
    await deps.jobs.send(deliverQueue, { id }, { trx: work.trx, at: again });
  });
}

/** Puts the page's mail into the outbox. What becomes of it is heard later, by `settleMail`. */
export async function mailPage(deps: OncallDeps, page: PageRow): Promise<void> {
  const staff = page.staffId === null ? undefined : await findStaff(deps.db, page.staffId);
  const secret = await deps.linkSecret();
  await withChain(deps, page.escalationId, async (work, escalation) => {
    const fresh = (await findPage(work.trx, page.id))!;
    // A worker that died after this had put it there already.
    if (isSettled(fresh) || fresh.mailId !== null || !staff) return;
    const facts = await factsOf(work.trx, escalation);
    const links = linksOf(secret, deps.origin(), facts, fresh, work.now());
    const mail = await deps.mailer.send(work.trx, pageMail(staff, facts, links));
    await work.trx.updateTable('page').set({ mailId: mail.id }).where('id', '=', fresh.id).execute();
    if (mail.goesOut) return;
    await settle(work, fresh, 'kept', null, '');
    await climbIfUnheard(deps, work, escalation, fresh);
  });
}

/** How many failures of the mail server are waited for before the mail counts as failed; it may still arrive later. */
const MAIL_TRIES = 3;

/** Hears what became of a page's mail. */
export async function settleMail(deps: OncallDeps, outcome: MailOutcome): Promise<void> {
  const page = await findPageByMail(deps.db, outcome.id);
  if (!page) return;
  await withChain(deps, page.escalationId, async (work, escalation) => {
    const fresh = (await findPage(work.trx, page.id))!;
    if (isSettled(fresh)) return;
    const detail = outcome.error ?? '';
    if (outcome.state === 'sent') return settle(work, fresh, 'sent', null, '');
    if (outcome.attempts >= MAIL_TRIES) {
      await settle(work, fresh, 'failed', 'refused', detail);
      return climbIfUnheard(deps, work, escalation, fresh);
    }
    await work.trx
      .updateTable('page')
      .set({ state: 'sending', attempts: outcome.attempts, why: 'refused', detail: short(detail) })
      .where('id', '=', fresh.id)
      .execute();
    // Told once, though the mail's row is looked at again and again.
    if (fresh.why === null) await record(work, fresh, 'retrying', 'refused', detail);
  });
}

/** A console shows a page, also one given up before: it has arrived after all. */
export async function showPage(deps: OncallDeps, id: string): Promise<void> {
  const page = await findPage(deps.db, id);
  if (page?.channel !== 'console') return;
  await withChain(deps, page.escalationId, async (work) => {
    const fresh = (await findPage(work.trx, id))!;
    if (fresh.state !== 'sent') await settle(work, fresh, 'sent', null, '');
  });
}

/** Looks, a while after, whether any console has shown a page. */
export async function checkShown(deps: OncallDeps, id: string): Promise<void> {
  const page = await findPage(deps.db, id);
  if (!page) return;
  await withChain(deps, page.escalationId, async (work, escalation) => {
    const fresh = (await findPage(work.trx, id))!;
    if (isSettled(fresh)) return;
    const lookAt = new Date(fresh.dueAt.getTime() + CONSOLE_WITHIN_MS);
    if (lookAt > work.now()) return deps.jobs.send(deliverQueue, { id }, { trx: work.trx, at: lookAt });
    await settle(work, fresh, 'failed', 'no_console', '');
    await climbIfUnheard(deps, work, escalation, fresh);
  });
}

/** Somebody has looked at a page: it and what the chain sent to their console before goes quiet. */
export async function seePage(deps: OncallDeps, author: Author, id: string): Promise<void> {
  const page = await findPage(deps.db, id);
  if (page?.staffId !== author.id || page.channel !== 'console') return;
  await withChain(deps, page.escalationId, async (work) => {
    const seen = await work.trx
      .updateTable('page')
      .set({ seenAt: work.now() })
      .where('escalationId', '=', page.escalationId)
      .where('staffId', '=', author.id)
      .where('channel', '=', 'console')
      .where('seenAt', 'is', null)
      .returning('id')
      .execute();
    if (seen.length === 0) return;
    work.record({ type: 'page.seen', pageId: id, person: { kind: author.kind, id: author.id, name: author.name } });
    await announcePages(work.trx, [author.id]);
  });
}

async function settle(
  work: ChainWork,
  page: PageRow,
  outcome: Exclude<PageOutcome, 'retrying'>,
  why: PageTrouble | null,
  detail: string,
): Promise<void> {
  await work.trx
    .updateTable('page')
    .set({ state: outcome, settledAt: work.now(), nextTryAt: null, why, detail: short(detail) })
    .where('id', '=', page.id)
    .execute();
  await record(work, page, outcome, why, detail);
}

async function record(
  { trx, record: write }: ChainWork,
  page: PageRow,
  outcome: PageOutcome,
  why: PageTrouble | null,
  detail: string,
): Promise<void> {
  const staff = page.staffId === null ? undefined : await findStaff(trx, page.staffId);
  const [hook] = page.hookId === null ? [] : await findHooks(trx, [page.hookId]);
  write({
    type: 'page.delivered',
    escalationId: page.escalationId,
    pageId: page.id,
    person: staff ? { id: staff.id, name: staff.name } : null,
    channel: page.channel,
    ...(hook ? { hook: hook.name } : {}),
    outcome,
    ...(why === null ? {} : { why }),
    detail: short(detail),
    late: page.late,
  });
}

/**
 * When the last delivery of a step has failed there is nobody to wait for: the chain climbs at once. Not into its next
 * round: what keeps everybody from being reached may pass, and the rounds are there to outlast it.
 */
async function climbIfUnheard(
  deps: OncallDeps,
  { trx, now }: ChainWork,
  escalation: EscalationRow,
  page: PageRow,
): Promise<void> {
  const isCurrent = escalation.step === page.step && escalation.round === page.round;
  if (escalation.state !== 'running' || !isCurrent || isLastOfRound(escalation.chain, escalation)) return;
  const pages = await findPagesOfStep(trx, escalation);
  if (!pages.every(({ state }) => state === 'failed' || state === 'kept' || state === 'cancelled')) return;
  await trx.updateTable('escalation').set({ nextStepAt: now() }).where('id', '=', escalation.id).execute();
  await wakeAt(deps, trx, escalation.id, now());
}

function short(text: string): string {
  return text.length > DETAIL_MAX_LENGTH ? `${text.slice(0, DETAIL_MAX_LENGTH - 1)}…` : text;
}
