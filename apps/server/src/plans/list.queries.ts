import { PLAN_PRESETS, type PlanPreset } from '@alongside/contracts';
import type { Selectable } from 'kysely';
import type { DbOrTrx } from '../platform/database/database.ts';
import { type CalendarVersionRow, type ContractRow, isStillMeant, type PlanVersionRow } from './queries.ts';
import type { PlansTables } from './tables.ts';

/** A plan with its present version. */
export type PlanRow = PlanVersionRow & {
  preset: PlanPreset | null;
  archived: boolean;
  isDefault: boolean;
  madeAt: Date;
};

/** The last saved version of a calendar: the present one, since none begins later than now. */
export async function latestCalendarVersion(db: DbOrTrx, calendarId: string): Promise<CalendarVersionRow | undefined> {
  return (await latestCalendars(db, calendarId))[0];
}

/** Every calendar as it is now, in the order they were made. */
export async function latestCalendars(db: DbOrTrx, id?: string): Promise<CalendarVersionRow[]> {
  const rows = await db
    .selectFrom('calendarVersion')
    .distinctOn('calendarVersion.calendarId')
    .innerJoin('calendar', 'calendar.id', 'calendarVersion.calendarId')
    .selectAll('calendarVersion')
    .select(['calendar.preset', 'calendar.createdAt as madeAt'])
    .$if(id !== undefined, (query) => query.where('calendarVersion.calendarId', '=', id!))
    .orderBy('calendarVersion.calendarId')
    .orderBy('calendarVersion.version', 'desc')
    .execute();
  return rows.sort((a, b) => +a.madeAt - +b.madeAt || (a.preset ?? '').localeCompare(b.preset ?? ''));
}

/** All versions of a calendar, the newest first. */
export async function calendarHistory(db: DbOrTrx, calendarId: string): Promise<CalendarVersionRow[]> {
  return db
    .selectFrom('calendarVersion')
    .selectAll()
    .where('calendarId', '=', calendarId)
    .orderBy('version', 'desc')
    .execute();
}

/** Every plan as it is now, the shipped ones first, archived ones at the end. */
export async function latestPlans(db: DbOrTrx, id?: string): Promise<PlanRow[]> {
  const rows = await db
    .selectFrom('planVersion')
    .distinctOn('planVersion.planId')
    .innerJoin('plan', 'plan.id', 'planVersion.planId')
    .selectAll('planVersion')
    .select(['plan.preset', 'plan.archived', 'plan.isDefault', 'plan.createdAt as madeAt'])
    .$if(id !== undefined, (query) => query.where('planVersion.planId', '=', id!))
    .orderBy('planVersion.planId')
    .orderBy('planVersion.version', 'desc')
    .execute();
  return rows.sort((a, b) => Number(a.archived) - Number(b.archived) || rank(a) - rank(b) || +a.madeAt - +b.madeAt);
}

/** The shipped ones from the smallest to the largest, then what was made here. */
function rank({ preset }: PlanRow): number {
  return preset === null ? PLAN_PRESETS.length : PLAN_PRESETS.indexOf(preset);
}

/** All versions of a plan, the newest first. */
export async function planHistory(db: DbOrTrx, planId: string): Promise<PlanVersionRow[]> {
  return db.selectFrom('planVersion').selectAll().where('planId', '=', planId).orderBy('version', 'desc').execute();
}

/** All that was agreed with an organisation, the last saved first. */
export async function contractHistory(db: DbOrTrx, organisationId: string): Promise<ContractRow[]> {
  return db
    .selectFrom('contract')
    .selectAll()
    .where('organisationId', '=', organisationId)
    .orderBy('version', 'desc')
    .execute();
}

/** How many organisations have each plan now, or will by what is arranged. @returns plan id → number */
export async function countContracts(db: DbOrTrx, at: Date): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('contract')
    .select(['organisationId', 'planId', 'version', 'validFrom'])
    .where(isStillMeant)
    .orderBy('organisationId')
    .orderBy('version', 'desc')
    .execute();
  const counts = new Map<string, number>();
  for (const organisation of Map.groupBy(rows, (row) => row.organisationId).values()) {
    const present = organisation.findIndex((row) => row.validFrom <= at);
    const holding = organisation.slice(0, present === -1 ? undefined : present + 1);
    for (const planId of new Set(holding.map((row) => row.planId)))
      if (planId !== null) counts.set(planId, (counts.get(planId) ?? 0) + 1);
  }
  return counts;
}

export type HolidayFeedRow = Selectable<PlansTables['holidayFeed']>;

export async function findFeed(db: DbOrTrx, id: string): Promise<HolidayFeedRow | undefined> {
  return db.selectFrom('holidayFeed').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The feeds of a calendar, in the order they were added. */
export async function findFeeds(db: DbOrTrx, calendarId: string): Promise<HolidayFeedRow[]> {
  return db.selectFrom('holidayFeed').selectAll().where('calendarId', '=', calendarId).orderBy('addedAt').execute();
}

/** Of these people, the names of those who are with the organisation, by id. */
export async function memberNames(
  db: DbOrTrx,
  organisationId: string | null,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('contact')
    .select(['id', 'name'])
    .where('id', 'in', ids)
    .where('organisationId', '=', organisationId)
    .where('anonymous', '=', false)
    .where('mergedInto', 'is', null)
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Names of members of the team by id. */
export async function staffNames(db: DbOrTrx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('staff').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}
