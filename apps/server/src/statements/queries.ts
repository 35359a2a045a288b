import type { Month } from '@alongside/contracts';
import {
  CLOCK_EVENT_TYPES,
  type ContractState,
  clockEvents,
  type LoggedEvent,
  type StatementLog,
  type StatementPlan,
  writtenLater,
} from '@alongside/desk';
import { sql } from 'kysely';
import { isStillMeant } from '../plans/queries.ts';
import type { DbOrTrx } from '../platform/database/database.ts';
import { findLoggedEvents } from '../tickets/clock.queries.ts';

const BATCH = 500;

/** Every state an organisation's contract had, or will by what is arranged. */
export async function findContractStates(db: DbOrTrx, organisationId: string): Promise<ContractState[]> {
  const rows = await db
    .selectFrom('contract')
    .select(['version', 'validFrom', 'timeZone', 'planId', 'monthlyFee'])
    .where('organisationId', '=', organisationId)
    .where(isStillMeant)
    .orderBy('version')
    .execute();
  return rows.map((row) => ({ ...row, validFrom: row.validFrom.toISOString() }));
}

/** Versions of plans: those with these ids, and all of these plans. */
export async function findStatementPlans(
  db: DbOrTrx,
  { versionIds, planIds }: { versionIds: readonly string[]; planIds: readonly string[] },
): Promise<StatementPlan[]> {
  if (versionIds.length + planIds.length === 0) return [];
  const rows = await db
    .selectFrom('planVersion')
    .select(['id', 'planId', 'version', 'validFrom', 'content'])
    .where((eb) =>
      eb.or([
        ...(versionIds.length > 0 ? [eb('id', 'in', [...versionIds])] : []),
        ...(planIds.length > 0 ? [eb('planId', 'in', [...planIds])] : []),
      ]),
    )
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, validFrom: row.validFrom.toISOString() }));
}

/** A ticket's log as its clock reads it, and as a statement does. */
export type OrganisationLog = { log: LoggedEvent[]; statement: StatementLog };

/**
 * The tickets that were an organisation's at an instant, with their logs; those left out that were done before `from`
 * and not touched since, of which nothing can be decided later.
 */
export async function findOrganisationLogs(
  db: DbOrTrx,
  organisationId: string,
  { from, madeUpTo }: { from: string; madeUpTo: string },
): Promise<OrganisationLog[]> {
  const rows = await db
    .selectFrom('ticket')
    .select('id')
    .where((eb) =>
      eb(
        'id',
        'in',
        eb
          .selectFrom('ticketEvent')
          .select('ticketId')
          .where('type', 'in', ['ticket.opened', 'ticket.contact_claimed'])
          .where(sql<string>`body -> 'organisation' ->> 'id'`, '=', organisationId),
      ),
    )
    .where('openedAt', '<=', new Date(madeUpTo))
    .where((eb) => eb.or([eb('state', 'not in', ['solved', 'closed']), eb('updatedAt', '>=', new Date(from))]))
    .orderBy('number')
    .execute();
  const found: OrganisationLog[] = [];
  for (let start = 0; start < rows.length; start += BATCH) {
    const ids = rows.slice(start, start + BATCH).map(({ id }) => id);
    const logs = await findLoggedEvents(db, ids, [...CLOCK_EVENT_TYPES, 'ticket.split_from']);
    const facts = await findLaterFacts(db, ids, madeUpTo);
    for (const id of ids) {
      const known = asOf(id, logs.get(id)!, facts.get(id) ?? []);
      if (known.organisationId === organisationId) found.push({ log: logs.get(id)!, statement: known.statement });
    }
  }
  return found;
}

type LaterFact = { subject: string | null; organisationId: string | null; isMove: boolean };

/** Changes of subject and organisation up to an instant, oldest first. */
async function findLaterFacts(
  db: DbOrTrx,
  ticketIds: readonly string[],
  upTo: string,
): Promise<ReadonlyMap<string, LaterFact[]>> {
  const rows = await db
    .selectFrom('ticketEvent')
    .select('ticketId')
    .select([
      sql<string | null>`body ->> 'to'`.as('subject'),
      sql<string | null>`body -> 'organisation' ->> 'id'`.as('organisationId'),
      sql<boolean>`type = 'ticket.contact_claimed'`.as('isMove'),
    ])
    .where('ticketId', 'in', ticketIds)
    .where('type', 'in', ['ticket.contact_claimed', 'ticket.subject_set'])
    .where('at', '<=', new Date(upTo))
    .orderBy('ticketId')
    .orderBy('seq')
    .execute();
  const facts = new Map<string, LaterFact[]>();
  for (const { ticketId, ...fact } of rows) facts.set(ticketId, [...(facts.get(ticketId) ?? []), fact]);
  return facts;
}

function asOf(
  id: string,
  log: readonly LoggedEvent[],
  facts: readonly LaterFact[],
): { organisationId: string | null; statement: StatementLog } {
  const opened = log[0]?.body;
  if (opened?.type !== 'ticket.opened') throw new Error(`the log of ticket ${id} does not begin with its opening`);
  const move = facts.findLast(({ isMove }) => isMove);
  const renamed = facts.findLast(({ isMove }) => !isMove);
  const notes = log.flatMap(({ seq, body }) =>
    body.type === 'ticket.exclusion_set' && body.excluded ? [[seq, body.note] as const] : [],
  );
  return {
    organisationId: move ? move.organisationId : (opened.organisation?.id ?? null),
    statement: {
      ticket: { id, number: opened.number, subject: renamed?.subject ?? opened.subject },
      events: clockEvents(log),
      notes: new Map(notes),
      writtenAt: writtenLater(log),
    },
  };
}

/** The names on a statement that was made before. */
export async function findHeading(
  db: DbOrTrx,
  organisationId: string,
  month: Month,
): Promise<{ organisationName: string; issuer: string } | undefined> {
  return db
    .selectFrom('statementHeading')
    .select(['organisationName', 'issuer'])
    .where('organisationId', '=', organisationId)
    .where('month', '=', month)
    .executeTakeFirst();
}

/** Organisations that have or had a contract, by name. */
export async function findContractOrganisations(db: DbOrTrx): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom('organisation')
    .select(['id', 'name'])
    .where((eb) =>
      eb.exists(eb.selectFrom('contract').select('contract.id').whereRef('organisationId', '=', 'organisation.id')),
    )
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .execute();
}
