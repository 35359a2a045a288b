import { randomUUID } from 'node:crypto';
import {
  type ActorRef,
  AppError,
  type DrillEnd,
  type Locale,
  type RouteArguments,
  SYSTEM_ACTOR,
  type startDrill,
} from '@alongside/contracts';
import { drillEnd, drillLimit, drillSteps } from '@alongside/desk';
import { createMockContact } from '../customers/actions.ts';
import { lockNames } from '../customers/locks.ts';
import type { Trx } from '../platform/database/database.ts';
import { appendState } from '../tickets/actions.ts';
import { changeTicketsWithin } from '../tickets/log.actions.ts';
import { openTicketWithin } from '../tickets/open.actions.ts';
import { findTicket } from '../tickets/queries.ts';
import type { TicketRow } from '../tickets/tables.ts';
import type { DrillsDeps } from './deps.ts';
import { announceDrills } from './live.actions.ts';
import { findDrill, findDrillLogs, lockDrill, type NumberedDrill } from './queries.ts';
import { fileQueue, limitQueue } from './queues.ts';
import { runOf } from './run.ts';
import { insertDrill, markStopped, scheduleNext } from './schedule.actions.ts';
import { requireSoundMatter, requireSoundWindow } from './soundness.ts';
import type { DrillRow } from './tables.ts';
import { drillWords } from './words.ts';

/** So long after the end of its window a drill may still be filed: a restart takes its time. */
const LATE_MAX_MS = 5 * 60_000;

export type NewDrill = RouteArguments<typeof startDrill>['body'];

/**
 * Plans a drill, at a moment inside its window that nobody can foresee; without a window it is filed at once. The same
 * id again changes nothing.
 * @throws AppError `invalid_input` naming the field, `id_conflict`
 */
export async function createDrill(
  deps: DrillsDeps,
  by: ActorRef,
  { id, window, ...matter }: NewDrill,
  locale: Locale,
): Promise<NumberedDrill> {
  return deps.db.transaction().execute(async (trx) => {
    // The same at the same moment waits, and finds what was made.
    await lockNames(trx, [`drill:${id}`]);
    const known = await findDrill(trx, id);
    if (known && known.by.id !== by.id) throw new AppError('id_conflict');
    if (known) return known;
    const now = deps.now();
    await requireSoundMatter(trx, matter, locale);
    if (window) requireSoundWindow(window, now, locale);
    const planned = window && { from: new Date(window.from), to: new Date(window.to), timeZone: window.timeZone };
    await insertDrill(deps, trx, { id, seriesId: null, by, matter, window: planned ?? null });
    if (!window) await file(deps, trx, (await lockDrill(trx, id))!.drill);
    await announceDrills(trx);
    return (await findDrill(trx, id))!;
  });
}

/**
 * Files a drill whose moment has come. Woken early it goes back to sleep; woken twice, or by several workers at once, it
 * is filed once; woken after its window it is skipped, for whoever planned it wanted nobody disturbed at another time.
 */
export async function fileDueDrill(deps: DrillsDeps, id: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const found = await lockDrill(trx, id);
    if (found?.drill.state !== 'scheduled') return;
    const { drill, series } = found;
    const now = deps.now();
    // The queue goes by the database's clock, which need not be ours.
    if (drill.fileAt > now) return deps.jobs.send(fileQueue, { id }, { trx, at: drill.fileAt });
    if (drill.windowTo !== null && now.getTime() > drill.windowTo.getTime() + LATE_MAX_MS)
      await trx.updateTable('drill').set({ state: 'skipped', endedAt: now }).where('id', '=', id).execute();
    else await file(deps, trx, drill);
    if (series) await scheduleNext(deps, trx, series, drill.windowTo ?? now);
    await announceDrills(trx);
  });
}

/** Opens the mock customer's ticket, as any customer's P0 is opened. @param drill locked, and not filed yet */
async function file(deps: DrillsDeps, trx: Trx, drill: DrillRow): Promise<void> {
  const now = deps.now();
  const contact = await createMockContact(trx, randomUUID(), drill.locale);
  const { subject, body } = drillWords(drill);
  const { ticketId } = await changeTicketsWithin(
    trx,
    (log) =>
      openTicketWithin(
        log,
        { kind: 'customer', ...contact, organisationId: null },
        {
          id: randomUUID(),
          subject,
          topic: drill.topic,
          priority: 'P0',
          production: true,
          drill: { planId: drill.planId },
          channel: 'portal',
          context: {},
          conversation: 'new',
          message: { id: randomUUID(), body, fileIds: [] },
        },
        drill.locale,
      ),
    () => now,
  );
  const { clock } = (await findTicket(trx, ticketId))!;
  const dueAt = clock?.cycles.find(({ target }) => target === 'first_response')?.dueAt ?? null;
  const limitAt = new Date(drillLimit(now.toISOString(), dueAt));
  await trx
    .updateTable('drill')
    .set({ state: 'running', ticketId, filedAt: now, dueAt: dueAt === null ? null : new Date(dueAt), limitAt })
    .where('id', '=', drill.id)
    .execute();
  await deps.jobs.send(limitQueue, { id: drill.id }, { trx, at: limitAt });
}

/** Looks at a running drill: ends it when every step was taken, its ticket is done or its time is up. */
export async function judgeDrill(deps: DrillsDeps, id: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const drill = (await lockDrill(trx, id))?.drill;
    if (drill?.state !== 'running') return;
    const now = deps.now();
    const ticket = (await findTicket(trx, drill.ticketId!))!;
    const log = (await findDrillLogs(trx, [ticket.id])).get(ticket.id)!;
    const facts = { limitAt: drill.limitAt!.toISOString(), solvedAt: doneSince(ticket)?.toISOString() ?? null };
    const end = drillEnd(drillSteps(log, runOf(drill)), facts, now.toISOString());
    if (end) await endRunning(deps, trx, drill, { at: new Date(end.at), because: end.because });
    await announceDrills(trx);
  });
}

/** Since when a ticket is done, or is no ticket of the desk's any more. */
function doneSince({ state, stateSetAt, mergedInto, excluded, updatedAt }: TicketRow): Date | null {
  if (state === 'solved' || state === 'closed') return stateSetAt;
  return mergedInto !== null || excluded === 'spam' ? updatedAt : null;
}

/**
 * Ends a drill: one that waits is never filed, the ticket of one that runs is solved. Of one that is over nothing changes.
 * @throws AppError `not_found`
 */
export async function stopDrill(deps: DrillsDeps, by: ActorRef, id: string, note: string): Promise<NumberedDrill> {
  return deps.db.transaction().execute(async (trx) => {
    const found = await lockDrill(trx, id);
    if (!found) throw new AppError('not_found');
    const { drill, series } = found;
    const now = deps.now();
    if (drill.state === 'scheduled') {
      await markStopped(trx, drill, { by, note, at: now });
      if (series) await scheduleNext(deps, trx, series, drill.windowTo ?? now);
    } else if (drill.state === 'running') await endRunning(deps, trx, drill, { at: now, because: 'stopped', by, note });
    else return (await findDrill(trx, id))!;
    await announceDrills(trx);
    return (await findDrill(trx, id))!;
  });
}

type Ending = { at: Date; because: DrillEnd; by?: ActorRef; note?: string };

/** Says in the ticket that it is over, and has it solved. @param drill locked, and running */
async function endRunning(
  deps: DrillsDeps,
  trx: Trx,
  drill: DrillRow,
  { at, because, by = SYSTEM_ACTOR, note = '' }: Ending,
): Promise<void> {
  if (because === 'stopped') await markStopped(trx, drill, { by, note, at });
  else await trx.updateTable('drill').set({ state: 'finished', endedAt: at }).where('id', '=', drill.id).execute();
  await changeTicketsWithin(
    trx,
    async (log) => {
      const ticket = (await log.lock(drill.ticketId!))!;
      log.append(ticket.id, by, { type: 'drill.ended', drillId: drill.id, because, note });
      if (doneSince(ticket) === null) appendState(log, ticket, by, 'solved', by.kind === 'system');
    },
    deps.now,
  );
}
