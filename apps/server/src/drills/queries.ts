import { DRILL_EVENT_TYPES, type LoggedEvent } from '@alongside/desk';
import { sql } from 'kysely';
import type { DbOrTrx, Trx } from '../platform/database/database.ts';
import { findLoggedEvents } from '../tickets/clock.queries.ts';
import type { DrillRow, SeriesRow } from './tables.ts';

/** A drill with the number of its ticket. */
export type NumberedDrill = DrillRow & { ticketNumber: number | null };

function drills(db: DbOrTrx) {
  return db
    .selectFrom('drill')
    .leftJoin('ticket', 'ticket.id', 'drill.ticketId')
    .selectAll('drill')
    .select('ticket.number as ticketNumber');
}

export async function findDrill(db: DbOrTrx, id: string): Promise<NumberedDrill | undefined> {
  return drills(db).where('drill.id', '=', id).executeTakeFirst();
}

/** Those that wait and run, then the others by when they were, the latest first. */
export async function findDrills(db: DbOrTrx, limit: number): Promise<NumberedDrill[]> {
  return drills(db)
    .orderBy(sql`drill.state in ('scheduled', 'running')`, 'desc')
    .orderBy(sql`coalesce(drill.filed_at, drill.ended_at, drill.window_from)`, 'desc')
    .orderBy('drill.id')
    .limit(limit)
    .execute();
}

/** The last finished ones under a plan that were filed before an instant, the latest first. */
export async function findFormerDrills(
  db: DbOrTrx,
  { planId, before, limit }: { planId: string; before: Date; limit: number },
): Promise<DrillRow[]> {
  return db
    .selectFrom('drill')
    .selectAll()
    .where('planId', '=', planId)
    .where('state', '=', 'finished')
    .where('filedAt', '<', before)
    .orderBy('filedAt', 'desc')
    .limit(limit)
    .execute();
}

/** The running drill of a ticket. */
export async function findRunningDrillOf(db: DbOrTrx, ticketId: string): Promise<string | null> {
  const row = await db
    .selectFrom('drill')
    .select('id')
    .where('ticketId', '=', ticketId)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Drills whose moment came before an instant and that were not filed. */
export async function findOverdueDrills(db: DbOrTrx, before: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('drill')
    .select('id')
    .where('state', '=', 'scheduled')
    .where('fileAt', '<', before)
    .execute();
  return rows.map(({ id }) => id);
}

export async function findRunningDrills(db: DbOrTrx): Promise<string[]> {
  const rows = await db.selectFrom('drill').select('id').where('state', '=', 'running').execute();
  return rows.map(({ id }) => id);
}

export async function findSeries(db: DbOrTrx, id: string): Promise<SeriesRow | undefined> {
  return db.selectFrom('drillSeries').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Schedules in force, the oldest first. */
export async function findLiveSeries(db: DbOrTrx): Promise<SeriesRow[]> {
  return db
    .selectFrom('drillSeries')
    .selectAll()
    .where('endedAt', 'is', null)
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
}

/** The drill of a schedule that waits. */
export async function findNextOf(db: DbOrTrx, seriesId: string): Promise<DrillRow | undefined> {
  return db
    .selectFrom('drill')
    .selectAll()
    .where('seriesId', '=', seriesId)
    .where('state', '=', 'scheduled')
    .executeTakeFirst();
}

/**
 * A drill nobody else changes until the transaction ends, with its schedule, which is locked before it: whoever ends a
 * schedule comes the same way.
 */
export async function lockDrill(trx: Trx, id: string): Promise<{ drill: DrillRow; series: SeriesRow | null } | null> {
  const found = await trx.selectFrom('drill').select('seriesId').where('id', '=', id).executeTakeFirst();
  if (!found) return null;
  const series = found.seriesId === null ? null : await lockSeries(trx, found.seriesId);
  const drill = await trx.selectFrom('drill').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow();
  return { drill, series };
}

export async function lockSeries(trx: Trx, id: string): Promise<SeriesRow | null> {
  const row = await trx.selectFrom('drillSeries').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row ?? null;
}

/** What reports are read from in the logs of these tickets. */
export function findDrillLogs(db: DbOrTrx, ticketIds: readonly string[]): Promise<ReadonlyMap<string, LoggedEvent[]>> {
  return findLoggedEvents(db, ticketIds, DRILL_EVENT_TYPES);
}
