import { randomUUID } from 'node:crypto';
import { type ActorRef, AppError, type Locale, type PlanContent, type PlanPreset } from '@alongside/contracts';
import { sql } from 'kysely';
import type { Db, Trx } from '../platform/database/database.ts';
import { after, same } from './calendar.actions.ts';
import { countContracts, latestPlans, type PlanRow } from './list.queries.ts';
import { CALENDAR_PRESETS, type CalendarPreset, shippedPlan } from './presets.ts';
import { requireSoundPlan } from './soundness.ts';

/** Held by whatever decides which plans there are and which is the default one. */
const PLANS_LOCK = 7_700_009;

/**
 * Adds a plan: as said, or as a copy of a shipped one. The same again changes nothing.
 * @throws AppError `invalid_input` naming the field, `id_conflict`
 */
export async function createPlan(
  db: Db,
  by: ActorRef,
  input: { id: string; preset?: PlanPreset | undefined; content?: PlanContent | undefined },
  locale: Locale,
  now = new Date(),
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const content = input.content ?? (await shippedHere(trx, input.preset!));
    await requireSoundPlan(trx, content, locale);
    const made = await trx
      .insertInto('plan')
      .values({ id: input.id, preset: null })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (made.numInsertedOrUpdatedRows === 0n) {
      const [there] = await latestPlans(trx, input.id);
      if (there && same(there.content, content)) return;
      throw new AppError('id_conflict');
    }
    await addVersion(trx, input.id, undefined, by, content, now);
  });
}

/**
 * Saves a new version of a plan, under which tickets are opened from now on. What is the same makes no version.
 * @param basedOn the version the saver has looked at
 * @throws AppError `not_found`, `version_conflict`, `invalid_input` naming the field
 */
export async function updatePlan(
  db: Db,
  by: ActorRef,
  id: string,
  input: { basedOn: number; content: PlanContent },
  locale: Locale,
  now = new Date(),
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await requireSoundPlan(trx, input.content, locale);
    const before = await lockPlan(trx, id);
    if (same(before.content, input.content)) return;
    if (before.version !== input.basedOn) throw new AppError('version_conflict', { version: before.version });
    await addVersion(trx, id, before, by, input.content, now);
  });
}

/**
 * Puts a plan away, or takes it out again.
 * @throws AppError `not_found`, `plan_in_use` when a contract has it or it is the default one
 */
export async function archivePlan(db: Db, id: string, archived: boolean, now = new Date()): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockPlans(trx);
    const plan = await lockPlan(trx, id);
    const contracts = (await countContracts(trx, now)).get(id) ?? 0;
    if (archived && (plan.isDefault || contracts > 0)) throw new AppError('plan_in_use', { contracts });
    await trx.updateTable('plan').set({ archived }).where('id', '=', id).execute();
  });
}

/**
 * Makes it the plan of everybody without a contract; an archived one is taken out again.
 * @throws AppError `not_found`
 */
export async function setDefaultPlan(db: Db, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockPlans(trx);
    await lockPlan(trx, id);
    await trx.updateTable('plan').set({ isDefault: false }).where('isDefault', '=', true).execute();
    await trx.updateTable('plan').set({ isDefault: true, archived: false }).where('id', '=', id).execute();
  });
}

/** Plans stay as they are, archived or not, until the transaction ends. */
export async function lockPlans(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${PLANS_LOCK})`.execute(trx);
}

async function lockPlan(trx: Trx, id: string): Promise<PlanRow> {
  await trx.selectFrom('plan').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  const [plan] = await latestPlans(trx, id);
  if (!plan) throw new AppError('not_found');
  return plan;
}

async function addVersion(
  trx: Trx,
  planId: string,
  before: PlanRow | undefined,
  by: ActorRef,
  content: PlanContent,
  now: Date,
): Promise<void> {
  await trx
    .insertInto('planVersion')
    .values({
      id: randomUUID(),
      planId,
      version: (before?.version ?? 0) + 1,
      validFrom: after(before?.validFrom, now),
      content: JSON.stringify(content),
      savedBy: JSON.stringify(by),
    })
    .execute();
}

/** Shipped calendars are never removed, so a copy always finds them. */
async function shippedHere(trx: Trx, preset: PlanPreset): Promise<PlanContent> {
  const calendars = await trx.selectFrom('calendar').select(['id', 'preset']).where('preset', 'is not', null).execute();
  const idOf = (name: CalendarPreset) => calendars.find((calendar) => calendar.preset === name)!.id;
  return shippedPlan(
    preset,
    Object.fromEntries(CALENDAR_PRESETS.map((name) => [name, idOf(name)])) as Record<CalendarPreset, string>,
  );
}
