import type { SupportChannel, UncoveredReason } from '@alongside/contracts';
import { channelEntitlement, contractYearAt } from '@alongside/desk';
import { lockNames } from '../customers/locks.ts';
import { contractFor, planVersionFor, planVersionsById } from '../plans/queries.ts';
import type { Db, DbOrTrx, Trx } from '../platform/database/database.ts';
import type { TicketRow } from '../tickets/tables.ts';

export type CallTicket = Pick<TicketRow, 'id' | 'organisationId' | 'planVersionId'>;

/** Why a plan does not include a call now, and the best it has instead. */
export type BeyondPlan = { reason: UncoveredReason; offered: SupportChannel };

/**
 * Whether the plan a ticket is judged by includes a call now.
 * @returns null when it does
 */
export async function callBeyondPlan(db: DbOrTrx, ticket: CallTicket, now: Date): Promise<BeyondPlan | null> {
  const [judging] = ticket.planVersionId === null ? [] : await planVersionsById(db, [ticket.planVersionId]);
  const { content } = judging ?? (await planVersionFor(db, ticket.organisationId, now));
  const isCounted = content.callsPerYear !== null && content.channels.includes('call');
  const calls = isCounted ? await countCalls(db, ticket.organisationId, now) : 0;
  const entitlement = channelEntitlement(content, 'call', { calls });
  return entitlement.covered ? null : { reason: entitlement.reason, offered: entitlement.offered };
}

/** As `callBeyondPlan` for a call about to begin: of several at once none takes the same last one of the year. */
export async function callBeyondPlanNow(trx: Trx, ticket: CallTicket, now: Date): Promise<BeyondPlan | null> {
  if (ticket.organisationId !== null) await lockNames(trx, [`calls:${ticket.organisationId}`]);
  return callBeyondPlan(trx, ticket, now);
}

/**
 * Calls of an organisation that count against its plan: those its people started or asked for and that were answered.
 * Drills count for nothing.
 * @param year half-open
 */
export async function callsUsed(db: DbOrTrx, organisationId: string, year: { from: Date; to: Date }): Promise<number> {
  return (
    await countedCalls(db, organisationId)
      .where('call.answeredAt', '>=', year.from)
      .where('call.answeredAt', '<', year.to)
      .executeTakeFirstOrThrow()
  ).count;
}

/** Whether the customer asked for a call and nobody has called since. */
export async function isCallRequested(db: DbOrTrx, ticketId: string): Promise<boolean> {
  const last = await db
    .selectFrom('ticketEvent')
    .select('type')
    .where('ticketId', '=', ticketId)
    .where('type', 'in', ['ticket.call_requested', 'call.started'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.type === 'ticket.call_requested';
}

/** Those answered in this contract year, and those that ring now and may be. Without a contract no year is counted. */
async function countCalls(db: DbOrTrx, organisationId: string | null, now: Date): Promise<number> {
  const contract = organisationId === null ? null : await contractFor(db, organisationId, now);
  if (!contract) return 0;
  const { from, to } = contractYearAt(contract.startsOn, contract.timeZone, now.toISOString());
  const used = await callsUsed(db, contract.organisationId, { from: new Date(from), to: new Date(to) });
  const ringing = await countedCalls(db, contract.organisationId)
    .where('call.state', '=', 'ringing')
    .where('call.answeredAt', 'is', null)
    .executeTakeFirstOrThrow();
  return used + ringing.count;
}

function countedCalls(db: DbOrTrx, organisationId: string) {
  return (db as Db)
    .selectFrom('call')
    .innerJoin('ticket', 'ticket.id', 'call.ticketId')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('ticket.organisationId', '=', organisationId)
    .where('ticket.drill', '=', false)
    .where((eb) => eb.or([eb('call.rings', '=', 'staff'), eb('call.requested', '=', true)]));
}
