import {
  type ActorRef,
  AppError,
  type createDrillSeries,
  type Locale,
  type RouteArguments,
} from '@alongside/contracts';
import { lockNames } from '../customers/locks.ts';
import type { DrillsDeps } from './deps.ts';
import { announceDrills } from './live.actions.ts';
import { findNextOf, findSeries, lockSeries } from './queries.ts';
import { markStopped, scheduleNext } from './schedule.actions.ts';
import { requireSoundMatter, requireSoundRhythm } from './soundness.ts';
import type { SeriesRow } from './tables.ts';

export type NewSeries = RouteArguments<typeof createDrillSeries>['body'];

/**
 * Plans drills that repeat; the first one with it. The same id again changes nothing.
 * @throws AppError `invalid_input` naming the field, `id_conflict`
 */
export async function createSeries(
  deps: DrillsDeps,
  by: ActorRef,
  { repeat, ...input }: NewSeries,
  locale: Locale,
): Promise<SeriesRow> {
  return deps.db.transaction().execute(async (trx) => {
    await lockNames(trx, [`drill:${input.id}`]);
    const known = await findSeries(trx, input.id);
    if (known && known.by.id !== by.id) throw new AppError('id_conflict');
    if (known) return known;
    const now = deps.now();
    await requireSoundMatter(trx, input, locale);
    requireSoundRhythm({ ...input, repeat }, now, locale);
    const series = await trx
      .insertInto('drillSeries')
      .values({ ...input, repeat: JSON.stringify(repeat), by: JSON.stringify(by), createdAt: now })
      .returningAll()
      .executeTakeFirstOrThrow();
    await scheduleNext(deps, trx, series, now);
    await announceDrills(trx);
    return series;
  });
}

/**
 * Ends a schedule, and the drill of it that waits with it. One that runs goes on.
 * @throws AppError `not_found`
 */
export async function endSeries(deps: DrillsDeps, by: ActorRef, id: string): Promise<SeriesRow> {
  return deps.db.transaction().execute(async (trx) => {
    const series = await lockSeries(trx, id);
    if (!series) throw new AppError('not_found');
    if (series.endedAt !== null) return series;
    const now = deps.now();
    const next = await findNextOf(trx, id);
    // Nobody changes it meanwhile: who would has to lock its schedule first.
    if (next) await markStopped(trx, next, { by, note: '', at: now });
    await trx.updateTable('drillSeries').set({ endedAt: now }).where('id', '=', id).execute();
    await announceDrills(trx);
    return { ...series, endedAt: now };
  });
}
