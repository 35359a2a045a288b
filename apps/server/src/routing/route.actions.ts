import { isDeepStrictEqual } from 'node:util';
import { type ActorRef, type RoutingReasons, SYSTEM_ACTOR, type TakenOffReason } from '@alongside/contracts';
import { chooseEngineer, type RoutableTicket, type RoutingWait, whyNobody } from '@alongside/desk';
import { sql } from 'kysely';
import { findStaff } from '../people/queries.ts';
import type { Trx } from '../platform/database/database.ts';
import { changeTicketsWithin, type TicketLog } from '../tickets/log.actions.ts';
import type { TicketEventRow, TicketRow } from '../tickets/tables.ts';
import { appendRoutedAssignment } from '../tickets/triage.actions.ts';
import { againQueue } from './again-queue.ts';
import type { RoutingDeps } from './deps.ts';
import {
  findLeftBehind,
  findRoute,
  findRoutingMode,
  findSuggested,
  findWaiting,
  hasActedSince,
  type RouteRow,
} from './queries.ts';
import { loadCandidates, loadTicketFacts } from './ticket-facts.queries.ts';

/** One decision at a time: two that overlap would both give their ticket to the one engineer who has room. */
const ROUTING_LOCK = 7_700_011;
/** Not yet due by the database's clock, or in use by somebody: look again after this. */
const AGAIN_MS = 1_000;

/** From whom a ticket is taken, and who says so. */
export type TakenOff = { by: ActorRef; why: TakenOffReason; name: string; note: string };

/** Takes the turn to decide, until the transaction ends. Before any ticket is locked, or two wait for each other. */
export async function lockRouting(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ROUTING_LOCK})`.execute(trx);
}

/**
 * Finds an engineer for a ticket nobody has, and gives it to them or suggests them, as the workspace wants it. Where
 * nobody fits, it is recorded why, and it is looked at again when somebody becomes free or begins to work. A ticket
 * that somebody is changing right now is left for a moment later.
 */
export async function routeTicket(deps: RoutingDeps, trx: Trx, ticketId: string): Promise<void> {
  await lockRouting(trx);
  if ((await findRoutingMode(trx)) === 'off') return;
  if (!(await isFreeToLock(deps, trx, ticketId))) return;
  await changeTicketsWithin(
    trx,
    async (log) => {
      const ticket = await log.lock(ticketId);
      if (ticket && ticket.assigneeId === null && isRoutable(ticket)) await decide(deps, log, ticket, null);
    },
    deps.now,
  );
}

/**
 * Takes a locked ticket from its engineer and finds another one.
 * @returns the events it came to
 */
export async function routeAnew(
  deps: RoutingDeps,
  log: TicketLog,
  ticket: Readonly<TicketRow>,
  takenOff: TakenOff,
): Promise<TicketEventRow[]> {
  return decide(deps, log, ticket, takenOff);
}

/** Looks again at all tickets that wait, in the queue's order: somebody has become free. */
export async function routeWaiting(deps: RoutingDeps, trx: Trx): Promise<void> {
  await lockRouting(trx);
  if ((await findRoutingMode(trx)) === 'off') return;
  const waiting = await findWaiting(trx);
  if (waiting.length === 0) return;
  const candidates = await loadCandidates(trx, deps.onCallNow, deps.now());
  for (const { ticketId, ticketFacts } of waiting) {
    const choice = chooseEngineer(ticketFacts, candidates);
    if (choice === null) continue;
    await routeTicket(deps, trx, ticketId);
    // What was just given is on their desk for the next one.
    const given = candidates.findIndex(({ id }) => id === choice.engineerId);
    candidates[given] = {
      ...candidates[given]!,
      openTickets: candidates[given]!.openTickets + 1,
      lastAssignedAt: deps.now().toISOString(),
    };
  }
}

/**
 * Routes anew what waits or was suggested and demands other skills than when it was routed: the list of skills has
 * changed. The others stay: deciding them anew would only pass a suggestion on to the next of equals.
 */
export async function routeDemanding(deps: RoutingDeps, trx: Trx): Promise<void> {
  await lockRouting(trx);
  if ((await findRoutingMode(trx)) === 'off') return;
  const waiting = (await findWaiting(trx)).map(({ ticketId }) => ticketId);
  for (const ticketId of [...waiting, ...(await findSuggested(trx))]) {
    const ticket = await trx.selectFrom('ticket').selectAll().where('id', '=', ticketId).executeTakeFirstOrThrow();
    const before = await findRoute(trx, ticketId);
    const { skills } = await loadTicketFacts(trx, ticket, deps.now());
    if (before && !isDeepStrictEqual(skills, before.ticketFacts.skills)) await routeTicket(deps, trx, ticketId);
  }
}

/** Routes anew what was suggested and not taken: to one engineer, or to anybody. */
export async function routeSuggested(deps: RoutingDeps, trx: Trx, engineerId?: string): Promise<void> {
  await lockRouting(trx);
  for (const ticketId of await findSuggested(trx, engineerId)) await routeTicket(deps, trx, ticketId);
}

/** Offers to others what an engineer who is not there has on their desk and cannot wait. */
export async function offerLeftBehind(deps: RoutingDeps, trx: Trx, engineerId: string): Promise<void> {
  await lockRouting(trx);
  const absence = await absenceOf(trx, engineerId);
  if (absence === null) return;
  for (const ticketId of await findLeftBehind(trx, engineerId, absence.why === 'left'))
    await offerTicket(deps, trx, ticketId);
  await routeSuggested(deps, trx, engineerId);
}

/** Offers one ticket to others if its engineer is not there: a customer waits in it again. */
export async function offerTicket(deps: RoutingDeps, trx: Trx, ticketId: string): Promise<void> {
  await lockRouting(trx);
  if ((await findRoutingMode(trx)) === 'off') return;
  if (!(await isFreeToLock(deps, trx, ticketId))) return;
  await changeTicketsWithin(
    trx,
    async (log) => {
      const ticket = await log.lock(ticketId);
      if (!ticket || ticket.assigneeId === null || !isUnfinished(ticket)) return;
      const absence = await absenceOf(trx, ticket.assigneeId);
      if (absence === null) return;
      const waits = ticket.state === 'open' && ticket.unansweredSince !== null;
      if (absence.why === 'away' && !waits) return;
      if (absence.since !== null && (await hasActedSince(trx, ticket.id, ticket.assigneeId, absence.since))) return;
      const { why } = absence;
      await decide(deps, log, ticket, { by: SYSTEM_ACTOR, why, name: ticket.assigneeName ?? '', note: '' });
    },
    deps.now,
  );
}

/** Forgets what routing made of a ticket: a person has decided, or there is nothing left to decide. */
export async function forgetRoute(trx: Trx, ticketId: string): Promise<void> {
  await trx.deleteFrom('ticketRoute').where('ticketId', '=', ticketId).execute();
}

/**
 * Gives a ticket to the engineer who was suggested, as the person who agrees.
 * @returns null when it is no longer there to be given to them
 */
export async function giveSuggested(
  deps: RoutingDeps,
  log: TicketLog,
  ticket: Readonly<TicketRow>,
  by: ActorRef,
  engineerId: string,
): Promise<TicketEventRow[] | null> {
  const route = await findRoute(log.trx, ticket.id);
  const engineer = await findStaff(log.trx, engineerId);
  const isOffered = route?.outcome === 'suggested' && route.engineerId === engineerId;
  if (!isOffered || !engineer || engineer.disabled || ticket.assigneeId !== null || !isRoutable(ticket)) return null;
  const event = appendRoutedAssignment(log, ticket, by, { id: engineer.id, name: engineer.name }, route.reasons);
  await log.trx
    .updateTable('ticketRoute')
    .set({ outcome: 'assigned', decidedAt: deps.now() })
    .where('ticketId', '=', ticket.id)
    .execute();
  return [event];
}

async function decide(
  deps: RoutingDeps,
  log: TicketLog,
  ticket: Readonly<TicketRow>,
  takenOff: TakenOff | null,
): Promise<TicketEventRow[]> {
  const { trx } = log;
  const now = deps.now();
  const facts = await loadTicketFacts(trx, ticket, now);
  const candidates = await loadCandidates(trx, deps.onCallNow, now);
  const choice = chooseEngineer(facts, candidates);
  const engineer = choice && (await findStaff(trx, choice.engineerId));
  const before = await findRoute(trx, ticket.id);
  const from: RoutingReasons = takenOff
    ? [{ what: 'taken_off', why: takenOff.why, name: takenOff.name, note: takenOff.note }]
    : [];
  const by = takenOff?.by ?? SYSTEM_ACTOR;

  if (choice && engineer) {
    const person = { id: engineer.id, name: engineer.name };
    const isGiven = (await findRoutingMode(trx)) === 'assign';
    await keepRoute(trx, ticket.id, {
      outcome: isGiven ? 'assigned' : 'suggested',
      engineerId: engineer.id,
      reasons: choice.reasons,
      wait: null,
      facts,
      now,
    });
    // Also of a suggestion: those that follow go to the others in turn.
    await trx.updateTable('engineerProfile').set({ lastAssignedAt: now }).where('staffId', '=', engineer.id).execute();
    if (isGiven) return [appendRoutedAssignment(log, ticket, by, person, [...from, ...choice.reasons])];
    const isNews = takenOff !== null || before?.outcome !== 'suggested' || before.engineerId !== engineer.id;
    return [
      ...(takenOff ? [appendRoutedAssignment(log, ticket, by, null, from)] : []),
      ...(isNews
        ? [
            log.append(ticket.id, SYSTEM_ACTOR, {
              type: 'routing.suggested',
              engineer: person,
              reasons: choice.reasons,
            }),
          ]
        : []),
    ];
  }

  const wait = whyNobody(facts, candidates);
  const events = takenOff ? [appendRoutedAssignment(log, ticket, by, null, from)] : [];
  if (wait === null) {
    await forgetRoute(trx, ticket.id);
    return events;
  }
  await keepRoute(trx, ticket.id, { outcome: 'nobody', engineerId: null, reasons: [], wait, facts, now });
  if (wait.nextAt !== null) {
    const at = new Date(Math.max(Date.parse(wait.nextAt), now.getTime() + AGAIN_MS));
    if (!isKnown(before, wait) || before!.nextAt!.getTime() <= now.getTime() + AGAIN_MS)
      await deps.jobs.send(againQueue, { ticketId: ticket.id }, { trx, at });
  }
  if (takenOff !== null || !isKnown(before, wait))
    events.push(log.append(ticket.id, SYSTEM_ACTOR, { type: 'routing.waiting', ...wait }));
  return events;
}

/** Whether it was said before that the ticket waits for just this. */
function isKnown(before: RouteRow | undefined, wait: RoutingWait): boolean {
  return (
    before?.outcome === 'nobody' &&
    before.why === wait.why &&
    (before.nextAt?.toISOString() ?? null) === wait.nextAt &&
    JSON.stringify(before.skills) === JSON.stringify(wait.skills)
  );
}

async function keepRoute(
  trx: Trx,
  ticketId: string,
  route: {
    outcome: 'assigned' | 'suggested' | 'nobody';
    engineerId: string | null;
    reasons: RoutingReasons;
    wait: RoutingWait | null;
    facts: RoutableTicket;
    now: Date;
  },
): Promise<void> {
  const values = {
    outcome: route.outcome,
    engineerId: route.engineerId,
    reasons: JSON.stringify(route.reasons),
    why: route.wait?.why ?? null,
    skills: JSON.stringify(route.wait?.skills ?? []),
    nextAt: route.wait?.nextAt ? new Date(route.wait.nextAt) : null,
    ticketFacts: JSON.stringify(route.facts),
    decidedAt: route.now,
  };
  await trx
    .insertInto('ticketRoute')
    .values({ ticketId, ...values })
    .onConflict((conflict) => conflict.column('ticketId').doUpdateSet(values))
    .execute();
}

/** Why an engineer does not answer their tickets, or null when they do. `since` is null for one who left. */
async function absenceOf(trx: Trx, staffId: string): Promise<{ why: TakenOffReason; since: Date | null } | null> {
  const staff = await findStaff(trx, staffId);
  if (!staff || staff.disabled) return { why: 'left', since: null };
  const profile = await trx
    .selectFrom('engineerProfile')
    .select('awaySince')
    .where('staffId', '=', staffId)
    .executeTakeFirst();
  return profile?.awaySince ? { why: 'away', since: profile.awaySince } : null;
}

/**
 * Locks a ticket without waiting: who waits for one while holding others can end up waiting for somebody who waits for
 * us. One that is in use is looked at again in a moment.
 */
async function isFreeToLock(deps: RoutingDeps, trx: Trx, ticketId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('ticket')
    .select('id')
    .where('id', '=', ticketId)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (row) return true;
  await deps.jobs.send(againQueue, { ticketId }, { trx, at: new Date(deps.now().getTime() + AGAIN_MS) });
  return false;
}

/** Whether a ticket is one to find somebody for now. */
function isRoutable(ticket: Readonly<TicketRow>): boolean {
  return ticket.state === 'open' && isUnfinished(ticket);
}

function isUnfinished({ state, mergedInto, excluded }: Readonly<TicketRow>): boolean {
  return state !== 'solved' && state !== 'closed' && mergedInto === null && excluded !== 'spam';
}
