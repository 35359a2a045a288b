import { AppError } from '@alongside/contracts';
import { contractYearAt } from '@alongside/desk';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { CustomerCaller, StaffCaller } from '../platform/http/caller.ts';
import { contractHistory, latestPlans, type PlanRow } from './list.queries.ts';
import type { PlanProviders } from './providers.ts';
import { type ContractInForce, type ContractRow, contractFor, type JudgingVersion, planVersionFor } from './queries.ts';

/** Fees are business of those who agree them. */
export function seesFees(caller: StaffCaller): boolean {
  return caller.role !== 'engineer';
}

/** Everything agreed with an organisation, without fees where they are not the reader's to see. @throws AppError `not_found` */
export async function contractsFor(db: DbOrTrx, caller: StaffCaller, organisationId: string): Promise<ContractRow[]> {
  const there = await db.selectFrom('organisation').select('id').where('id', '=', organisationId).executeTakeFirst();
  if (!there) throw new AppError('not_found');
  const history = await contractHistory(db, organisationId);
  return seesFees(caller) ? history : history.map((row) => ({ ...row, monthlyFee: null }));
}

export type PlanOfOwn = {
  plan: JudgingVersion;
  contract: (ContractInForce & { year: { from: string; to: string } }) | null;
  callsUsed: number;
};

/** Guided calls of the contract year an instant lies in. */
export async function callsOfYear(
  db: DbOrTrx,
  { callsUsed }: PlanProviders,
  contract: ContractInForce,
  now: Date,
): Promise<{ year: { from: string; to: string }; callsUsed: number }> {
  const year = contractYearAt(contract.startsOn, contract.timeZone, now.toISOString());
  const used = await callsUsed(db, contract.organisationId, { from: new Date(year.from), to: new Date(year.to) });
  return { year, callsUsed: used };
}

/** The plan a customer's person is under: their own organisation's, and no other's. */
export async function ownPlanOf(
  db: DbOrTrx,
  providers: PlanProviders,
  caller: CustomerCaller,
  now: Date,
): Promise<PlanOfOwn> {
  const { organisationId } = caller;
  const plan = await planVersionFor(db, organisationId, now);
  const found = organisationId === null ? null : await contractFor(db, organisationId, now);
  if (!found) return { plan, contract: null, callsUsed: 0 };
  const { year, callsUsed } = await callsOfYear(db, providers, found, now);
  return { plan, contract: { ...found, year }, callsUsed };
}

/** What anybody may read: plans on offer. */
export async function offeredPlans(db: DbOrTrx): Promise<PlanRow[]> {
  return (await latestPlans(db)).filter((plan) => plan.content.offered && !plan.archived);
}
