import { randomUUID } from 'node:crypto';
import {
  type ActorRef,
  AppError,
  type EscalationCause,
  type EscalationEnd,
  type EscalationPolicyContent,
  type Locale,
  type LocalisedText,
  type PageTarget,
  SYSTEM_ACTOR,
} from '@alongside/contracts';
import {
  CHAIN_START,
  type ChainPlace,
  type Circumstance,
  choosePolicy,
  type Effect,
  effectOf,
  isForPriority,
  placeToResume,
  rightsOf,
} from '@alongside/desk';
import { planVersionsById } from '../plans/queries.ts';
import { invalidField } from '../plans/wording.ts';
import { lockTicketFor } from '../tickets/access.ts';
import { type Author, actorOf, type Changed } from '../tickets/actions.ts';
import { changeTickets, type TicketLog } from '../tickets/log.actions.ts';
import { presentHead } from '../tickets/present.ts';
import { findEvents } from '../tickets/queries.ts';
import type { TicketEventRow, TicketRow } from '../tickets/tables.ts';
import { peopleOf, performStep, plainChain, wakeAt, workOn } from './chain.actions.ts';
import type { OncallDeps } from './deps.ts';
import { announcePages } from './live.actions.ts';
import { findCursor, findEscalation, findLastPolicyEscalation, findOpenEscalations, findPolicies } from './queries.ts';
import type { EscalationRow } from './tables.ts';
import { findReached } from './targets.queries.ts';

/** A page by hand goes out three times in all, this far apart, unless something ends its chain before. */
const BY_HAND = { waitMs: 5 * 60_000, repeats: 2 };

const NOBODY: LocalisedText = { en: 'There is nobody to page there now.', 'zh-CN': '目前没有可呼叫的人员。' };
const NO_POLICY: LocalisedText = { en: 'There is no such policy.', 'zh-CN': '该升级策略不存在。' };

type Begin = { cause: Circumstance['cause']; target: Circumstance['target']; at: Date };

/**
 * Looks through what happened to a ticket since the last look and lets chains begin and end. Each event counts once,
 * however many workers look and however often.
 * @param seq the event that made us look: where to begin with a ticket never looked at
 */
export async function judgeTicket(deps: OncallDeps, ticketId: string, seq: number): Promise<void> {
  await changeTickets(
    deps.db,
    async (log) => {
      const ticket = await log.lock(ticketId);
      if (!ticket) return;
      const upTo = ticket.seq;
      const since = (await findCursor(log.trx, ticketId)) ?? seq - 1;
      if (since >= upTo) return;
      await log.trx
        .insertInto('escalationCursor')
        .values({ ticketId, seq: upTo })
        .onConflict((conflict) => conflict.column('ticketId').doUpdateSet({ seq: upTo }))
        .execute();
      const events = await findEvents(log.trx, ticketId, { since, upTo, publicOnly: false });
      await applyEvents(deps, log, ticket, events);
    },
    deps.now,
  );
}

async function applyEvents(
  deps: OncallDeps,
  log: TicketLog,
  ticket: Readonly<TicketRow>,
  events: readonly TicketEventRow[],
): Promise<void> {
  let begins: Begin[] = [];
  let resumes: Date | null = null;
  // What happened before somebody began a chain is no reason to end it, though both are looked at together.
  const begunWith = new Map<string, number>();
  for (const { body, seq } of events) if (body.type === 'escalation.started') begunWith.set(body.escalationId, seq);
  for (const { body, actor, at, seq } of events) {
    const ranThen = ({ id }: EscalationRow) => (begunWith.get(id) ?? 0) < seq;
    const effect: Effect | null = effectOf(body, actor.kind);
    if (effect?.do === 'begin') begins.push({ cause: effect.cause, target: effect.target, at });
    else if (effect?.do === 'judge_priority') {
      await stopWhere(log, ticket, 'priority', (chain) => ranThen(chain) && isNoLongerFor(chain, ticket));
      if (effect.raised) begins.push({ cause: 'priority', target: null, at });
    } else if (effect?.do === 'stop') {
      // What was about to begin has found its answer meanwhile.
      begins = [];
      resumes = null;
      await stopWhere(log, ticket, effect.because, ranThen);
    } else if (effect?.do === 'resume') resumes = at;
  }
  const isOver = ticket.state === 'solved' || ticket.state === 'closed' || ticket.mergedInto !== null;
  if (isOver || (ticket.excluded !== null && ticket.excluded !== 'drill')) return;
  const open = await findOpenEscalations(log.trx, ticket.id);
  if (open.some(({ state, kind }) => state === 'running' && kind === 'policy')) return;
  if (resumes !== null) {
    if (await resumeLast(deps, log, ticket, resumes)) return;
    begins.push({ cause: 'reopened', target: null, at: resumes });
  }
  await beginFirst(deps, log, ticket, begins);
}

function isNoLongerFor({ kind, chain }: EscalationRow, { priority }: Readonly<TicketRow>): boolean {
  return kind === 'policy' && !isForPriority(chain.rules, priority);
}

/** @returns whether there was a chain that goes on */
async function resumeLast(deps: OncallDeps, log: TicketLog, ticket: Readonly<TicketRow>, at: Date): Promise<boolean> {
  const last = await findLastPolicyEscalation(log.trx, ticket.id);
  const wasStopped = last && ['acknowledged', 'answered', 'solved'].includes(last.state);
  if (!wasStopped || !isForPriority(last.chain.rules, ticket.priority)) return false;
  await beginChain(deps, log, ticket.id, {
    kind: 'policy',
    policyId: last.policyId,
    chain: last.chain,
    cause: 'reopened',
    place: placeToResume(last),
    firstStepAt: at,
  });
  return true;
}

async function beginFirst(
  deps: OncallDeps,
  log: TicketLog,
  ticket: Readonly<TicketRow>,
  begins: readonly Begin[],
): Promise<void> {
  if (begins.length === 0) return;
  const { priority, topic, planVersionId } = ticket;
  const [plan] = planVersionId === null ? [] : await planVersionsById(log.trx, [planVersionId]);
  const policies = await findPolicies(log.trx);
  for (const { cause, target, at } of begins) {
    const policy = choosePolicy(policies, { cause, target, priority, topic, planId: plan?.planId ?? null });
    if (!policy) continue;
    await beginChain(deps, log, ticket.id, {
      kind: 'policy',
      policyId: policy.id,
      chain: policy.content,
      cause,
      firstStepAt: new Date(at.getTime() + policy.content.delayMs),
    });
    return;
  }
}

type NewChain = {
  id?: string;
  kind: 'policy' | 'hand';
  policyId: string | null;
  chain: EscalationPolicyContent;
  cause: EscalationCause;
  note?: string;
  by?: ActorRef;
  /** Performed before; the start when absent. */
  place?: ChainPlace;
  /** A past instant: at once, and late if it is long past. */
  firstStepAt: Date;
};

/** Begins a chain on a locked ticket; its first step is performed with it if it is due. @returns the events of both */
async function beginChain(
  deps: OncallDeps,
  log: TicketLog,
  ticketId: string,
  { id, kind, policyId, chain, cause, note = '', by = SYSTEM_ACTOR, place = CHAIN_START, firstStepAt }: NewChain,
): Promise<TicketEventRow[]> {
  const now = log.now();
  const row = await log.trx
    .insertInto('escalation')
    .values({
      id: id ?? randomUUID(),
      kind,
      ticketId,
      policyId,
      chain: JSON.stringify(chain),
      cause,
      note,
      startedBy: JSON.stringify(by),
      state: 'running',
      ...place,
      nextStepAt: firstStepAt,
      startedAt: now,
      endedBy: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const events = [
    log.append(ticketId, by, {
      type: 'escalation.started',
      escalationId: row.id,
      policy: policyId === null ? null : { id: policyId, name: chain.name },
      cause,
      ...(note === '' ? {} : { note }),
    }),
  ];
  if (firstStepAt <= now) await performStep(deps, workOn(log, ticketId, events), row);
  else await wakeAt(deps, log.trx, row.id, firstStepAt);
  return events;
}

/** Ends the open chains of a ticket that a condition holds for. Of those exhausted the timeline has said the last word. */
async function stopWhere(
  log: TicketLog,
  ticket: Readonly<TicketRow>,
  because: Exclude<EscalationEnd, 'acknowledged'>,
  applies: (chain: EscalationRow) => boolean,
  by: ActorRef = SYSTEM_ACTOR,
): Promise<TicketEventRow[]> {
  const events: TicketEventRow[] = [];
  for (const chain of (await findOpenEscalations(log.trx, ticket.id)).filter(applies)) {
    await endChain(log, chain, because, by);
    if (chain.state === 'running')
      events.push(log.append(ticket.id, by, { type: 'escalation.stopped', escalationId: chain.id, because }));
  }
  return events;
}

async function endChain(log: TicketLog, { id }: EscalationRow, state: EscalationEnd, by: ActorRef): Promise<void> {
  await log.trx
    .updateTable('escalation')
    .set({ state, nextStepAt: null, endedAt: log.now(), endedBy: JSON.stringify(by) })
    .where('id', '=', id)
    .execute();
  await announcePages(log.trx, await peopleOf(log.trx, id));
}

/**
 * Takes a ticket's pages upon oneself: every chain that runs, or has come to its end unheard, stops. Again, or where
 * none is, it changes nothing.
 * @throws AppError `not_found`
 */
export async function acknowledgeTicket(deps: OncallDeps, author: Author, ticketId: string): Promise<Changed> {
  return changeTickets(
    deps.db,
    async (log) => {
      const ticket = await lockTicketFor(log, author, ticketId);
      const by = actorOf(author);
      const events: TicketEventRow[] = [];
      for (const chain of await findOpenEscalations(log.trx, ticket.id)) {
        await endChain(log, chain, 'acknowledged', by);
        events.push(log.append(ticket.id, by, { type: 'escalation.acknowledged', escalationId: chain.id }));
      }
      return { ticketId, events };
    },
    deps.now,
  );
}

/**
 * Stops the chains of a ticket without anybody having acknowledged.
 * @throws AppError `not_found`
 */
export async function stopTicketChains(deps: OncallDeps, author: Author, ticketId: string): Promise<Changed> {
  return changeTickets(
    deps.db,
    async (log) => {
      const ticket = await lockTicketFor(log, author, ticketId);
      return { ticketId, events: await stopWhere(log, ticket, 'person', () => true, actorOf(author)) };
    },
    deps.now,
  );
}

export type ByHand = { id: string; to: PageTarget | { kind: 'policy'; id: string }; note: string };

/**
 * Pages somebody about a ticket, or begins a policy's chain. The same id again changes nothing.
 * @throws AppError `not_found`, `forbidden`, `id_conflict`, `escalation_running`, `invalid_input` naming `to`
 */
export async function pageByHand(
  deps: OncallDeps,
  author: Author,
  ticketId: string,
  { id, to, note }: ByHand,
  locale: Locale,
): Promise<Changed> {
  return changeTickets(
    deps.db,
    async (log) => {
      const ticket = await lockTicketFor(log, author, ticketId);
      const known = await findEscalation(log.trx, id);
      if (known && known.ticketId !== ticket.id) throw new AppError('id_conflict');
      if (known) return { ticketId, events: [] };
      if (!rightsOf(author, presentHead(ticket, author)).page)
        throw new AppError(ticket.state === 'closed' ? 'ticket_closed' : 'forbidden');
      const policy = to.kind === 'policy' ? await requirePolicy(log, to.id, locale) : null;
      if (policy && (await isPolicyRunning(log, ticket.id))) throw new AppError('escalation_running');
      if (to.kind !== 'policy') await requireSomebody(log, to, locale);
      const events = await beginChain(deps, log, ticket.id, {
        id,
        kind: policy ? 'policy' : 'hand',
        policyId: policy?.id ?? null,
        chain: policy?.content ?? plainChain('', to.kind === 'policy' ? [] : [to], BY_HAND),
        cause: 'person',
        note,
        by: actorOf(author),
        firstStepAt: log.now(),
      });
      return { ticketId, events };
    },
    deps.now,
  );
}

async function requirePolicy(log: TicketLog, id: string, locale: Locale) {
  const policy = (await findPolicies(log.trx)).find((candidate) => candidate.id === id);
  if (!policy) throw invalidField('to.id', NO_POLICY, locale);
  return policy;
}

async function requireSomebody(log: TicketLog, target: PageTarget, locale: Locale): Promise<void> {
  const { people, hooks } = await findReached(log.trx, [target], log.now());
  if (people.length + hooks.length === 0) throw invalidField('to', NOBODY, locale);
}

async function isPolicyRunning(log: TicketLog, ticketId: string): Promise<boolean> {
  const open = await findOpenEscalations(log.trx, ticketId);
  return open.some(({ state, kind }) => state === 'running' && kind === 'policy');
}
