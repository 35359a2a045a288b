import { randomUUID } from 'node:crypto';
import type { ActorRef } from '@alongside/contracts';
import { nextDrillWindow } from '@alongside/desk';
import type { Trx } from '../platform/database/database.ts';
import type { DrillsDeps } from './deps.ts';
import { fileQueue } from './queues.ts';
import type { DrillMatter, DrillRow, SeriesRow } from './tables.ts';

export type PlannedDrill = {
  id: string;
  seriesId: string | null;
  by: ActorRef;
  matter: DrillMatter;
  /** Null: now. */
  window: { from: Date; to: Date; timeZone: string } | null;
};

/** Stores a drill and, where it waits for its moment, the job that wakes it. */
export async function insertDrill(
  deps: DrillsDeps,
  trx: Trx,
  { id, seriesId, by, matter, window }: PlannedDrill,
): Promise<void> {
  const now = deps.now();
  const fileAt = window ? momentIn(deps, window, now) : now;
  await trx
    .insertInto('drill')
    .values({
      id,
      seriesId,
      ...matter,
      state: 'scheduled',
      windowFrom: window?.from ?? null,
      windowTo: window?.to ?? null,
      timeZone: window?.timeZone ?? null,
      fileAt,
      by: JSON.stringify(by),
      createdAt: now,
      stoppedBy: null,
    })
    .execute();
  if (window) await deps.jobs.send(fileQueue, { id }, { trx, at: fileAt });
}

/** Of what is left of the window. */
function momentIn({ pickMs }: DrillsDeps, { from, to }: { from: Date; to: Date }, now: Date): Date {
  const begins = Math.max(from.getTime(), now.getTime());
  return new Date(begins + pickMs(to.getTime() - begins));
}

/** Plans the next drill of a schedule that goes on. @param series locked; none of its drills waits any more */
export async function scheduleNext(deps: DrillsDeps, trx: Trx, series: SeriesRow, after: Date): Promise<void> {
  if (series.endedAt !== null) return;
  const { id: seriesId, planId, topic, text, locale, withCall, by, timeZone } = series;
  const since = new Date(Math.max(after.getTime(), deps.now().getTime()));
  const { from, to } = nextDrillWindow(series, since.toISOString());
  await insertDrill(deps, trx, {
    id: randomUUID(),
    seriesId,
    by,
    matter: { planId, topic, text, locale, withCall },
    window: { from: new Date(from), to: new Date(to), timeZone },
  });
}

/** @param drill locked, and not filed */
export async function markStopped(
  trx: Trx,
  { id }: DrillRow,
  { by, note, at }: { by: ActorRef; note: string; at: Date },
): Promise<void> {
  await trx
    .updateTable('drill')
    .set({ state: 'stopped', endedAt: at, stoppedBy: JSON.stringify(by), note })
    .where('id', '=', id)
    .execute();
}
