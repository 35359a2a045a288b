import type { LocalisedText, PlanContent } from '@alongside/contracts';
import type { CalendarVersion } from '@alongside/sla';
import type { ExpressionBuilder, Selectable } from 'kysely';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { Database } from '../platform/database/schema.ts';
import type { PlansTables } from './tables.ts';

export type PlanVersionRow = Selectable<PlansTables['planVersion']>;
export type CalendarVersionRow = Selectable<PlansTables['calendarVersion']>;
export type ContractRow = Selectable<PlansTables['contract']>;

/** A version of a plan, as tickets are judged by it. */
export type JudgingVersion = {
  versionId: string;
  planId: string;
  version: number;
  name: LocalisedText;
  content: PlanContent;
};

/** A version of a calendar with what it is called. */
export type NamedCalendarVersion = CalendarVersion & { name: LocalisedText };

/** A contract with a plan in it; one that ended has none. */
export type ContractInForce = ContractRow & { planId: string };

// Versions never change and their ids are never given twice, so what is kept here cannot be stale. Not even inside a
// transaction that is undone: nothing else ever bears that id. Which versions there are is asked each time.
const planVersions = new Map<string, JudgingVersion>();
const calendarVersions = new Map<string, NamedCalendarVersion>();
const KEPT_MAX = 2_000;

/** The contract of an organisation in force at an instant: of those begun, the last saved. Null when there is none. */
export async function contractFor(db: DbOrTrx, organisationId: string, at: Date): Promise<ContractInForce | null> {
  const row = await db
    .selectFrom('contract')
    .selectAll()
    .where('organisationId', '=', organisationId)
    .where('validFrom', '<=', at)
    .where(isStillMeant)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && row.planId !== null ? { ...row, planId: row.planId } : null;
}

/** Whether a contract came to begin: what was arranged for later is void once something else is saved before that. */
export function isStillMeant({ not, exists, selectFrom }: ExpressionBuilder<Database, 'contract'>) {
  return not(
    exists(
      selectFrom('contract as later')
        .select('later.id')
        .whereRef('later.organisationId', '=', 'contract.organisationId')
        .whereRef('later.version', '>', 'contract.version')
        .whereRef('later.savedAt', '<', 'contract.validFrom'),
    ),
  );
}

/**
 * The version of a plan in force at an instant for an organisation; for one without a contract, and for nobody's
 * organisation, that of the default plan. Before a plan's first version, that one.
 */
export async function planVersionFor(db: DbOrTrx, organisationId: string | null, at: Date): Promise<JudgingVersion> {
  const contract = organisationId === null ? null : await contractFor(db, organisationId, at);
  const { id } = await db
    .selectFrom('planVersion')
    .innerJoin('plan', 'plan.id', 'planVersion.planId')
    .select('planVersion.id')
    .$if(contract !== null, (query) => query.where('plan.id', '=', contract!.planId))
    .$if(contract === null, (query) => query.where('plan.isDefault', '=', true))
    .where((eb) => eb.or([eb('planVersion.validFrom', '<=', at), eb('planVersion.version', '=', 1)]))
    .orderBy('planVersion.version', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  return (await planVersionsById(db, [id]))[0]!;
}

/** The version of one plan in force at an instant; null when there is no such plan. Before its first version, that one. */
export async function planVersionAt(db: DbOrTrx, planId: string, at: Date): Promise<JudgingVersion | null> {
  const row = await db
    .selectFrom('planVersion')
    .select('id')
    .where('planId', '=', planId)
    .where((eb) => eb.or([eb('validFrom', '<=', at), eb('version', '=', 1)]))
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? (await planVersionsById(db, [row.id]))[0]! : null;
}

/** Versions of plans by their ids, those that exist, in the order asked for. One object per version. */
export async function planVersionsById(db: DbOrTrx, ids: readonly string[]): Promise<JudgingVersion[]> {
  const missing = [...new Set(ids)].filter((id) => !planVersions.has(id));
  const found = new Map<string, JudgingVersion>();
  if (missing.length > 0) {
    const rows = await db.selectFrom('planVersion').selectAll().where('id', 'in', missing).execute();
    for (const { id, planId, version, content } of rows)
      found.set(id, { versionId: id, planId, version, name: content.name, content: deepFreeze(content) });
    keep(planVersions, found);
  }
  return ids.map((id) => found.get(id) ?? planVersions.get(id)).filter((version) => version !== undefined);
}

/**
 * All versions of these calendars, each calendar's in the order in which they came into force. One object per version,
 * since packages/sla remembers what it works out by the object.
 */
export async function calendarVersionsFor(
  db: DbOrTrx,
  calendarIds: readonly string[],
): Promise<NamedCalendarVersion[]> {
  if (calendarIds.length === 0) return [];
  const ids = await db
    .selectFrom('calendarVersion')
    .select('id')
    .where('calendarId', 'in', [...new Set(calendarIds)])
    .orderBy('calendarId')
    .orderBy('version')
    .execute();
  const missing = ids.map(({ id }) => id).filter((id) => !calendarVersions.has(id));
  const found = new Map<string, NamedCalendarVersion>();
  if (missing.length > 0) {
    const rows = await db.selectFrom('calendarVersion').selectAll().where('id', 'in', missing).execute();
    for (const { id, calendarId, version, validFrom, name, content } of rows)
      found.set(id, { calendarId, version, validFrom: validFrom.toISOString(), name, calendar: deepFreeze(content) });
    keep(calendarVersions, found);
  }
  return ids.map(({ id }) => found.get(id) ?? calendarVersions.get(id)!);
}

function keep<T>(kept: Map<string, T>, found: ReadonlyMap<string, T>): void {
  if (kept.size + found.size > KEPT_MAX) kept.clear();
  for (const [id, version] of found) kept.set(id, version);
}

/** Shared by all who ask, so nobody may change it. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}
