import type { Month, Statement } from '@alongside/contracts';
import { type ContractState, lastInstantBefore, makeStatement, monthSpan } from '@alongside/desk';
import { loadWorkspace } from '../people/queries.ts';
import type { Db } from '../platform/database/database.ts';
import { findClockBasis } from '../tickets/clock.queries.ts';
import { keepHeading } from './actions.ts';
import { findContractStates, findOrganisationLogs, findStatementPlans } from './queries.ts';

/**
 * An organisation's statement of a month, computed from the log.
 * @param organisation as it is called now; what is final keeps the name it was first made with
 * @returns null for a month that has not begun
 */
export async function statementOf(
  db: Db,
  organisation: { id: string; name: string },
  month: Month,
  now: Date,
): Promise<Statement | null> {
  const contracts = await findContractStates(db, organisation.id);
  const { from, to } = monthSpan(month, contracts);
  const isFinal = to <= now.toISOString();
  const madeUpTo = isFinal ? lastInstantBefore(to) : now.toISOString();
  const tickets = await findOrganisationLogs(db, organisation.id, { from, madeUpTo });
  const basis = await findClockBasis(
    db,
    tickets.map(({ log }) => log),
  );
  const plans = await findStatementPlans(db, {
    versionIds: basis.plans.map(({ versionId }) => versionId),
    planIds: plansOf(contracts),
  });
  const names = { organisationName: organisation.name, issuer: (await loadWorkspace(db)).name };
  const heading = isFinal ? await keepHeading(db, organisation.id, month, names) : names;
  return makeStatement({
    organisation: { id: organisation.id, name: heading.organisationName },
    issuer: heading.issuer,
    month,
    now: now.toISOString(),
    contracts,
    plans,
    calendars: [...basis.calendars],
    tickets: tickets.map(({ statement }) => statement),
  });
}

function plansOf(contracts: readonly ContractState[]): string[] {
  return [...new Set(contracts.map(({ planId }) => planId).filter((id) => id !== null))];
}
