import { z } from 'zod';
import type { Trx } from '../platform/database/database.ts';
import { type Queue, sendWithin } from '../platform/jobs/jobs.ts';
import type { DueTicket } from './clock.queries.ts';

/**
 * Jobs exist for moments this near, ms; those of later stand in their tickets' rows, and each minute brings some of
 * them near. So the job runner never looks through the clocks of a whole desk to find what is due this second.
 */
export const WOKEN_AHEAD_MS = 3 * 60_000;

/**
 * A job is there to be found this long before its moment, ms, and whoever has it waits for the instant: so the pause
 * between two looks for jobs makes nothing late.
 */
const FOUND_AHEAD_MS = 1_000;

/** A clock that has something to say, and when, in ms. The row decides what; the job only wakes. */
export type Waking = { ticketId: string; atMs?: number | undefined };

export const clockQueue: Queue<Waking> = {
  name: 'tickets.clock',
  // Without an instant: sent by an earlier version.
  payload: z.strictObject({ ticketId: z.uuid(), atMs: z.number().optional() }),
  // One for each moment, however often it is sent for.
  onePerKey: true,
  // All that comes within the time of finding ahead, or some would wait behind those that wait.
  batch: 1_000,
};

/** Has these clocks woken at their moments, when the transaction commits. */
export async function wakeClocks(trx: Trx, tickets: readonly DueTicket[]): Promise<void> {
  await sendWithin(
    trx,
    clockQueue,
    tickets.map(({ id, nextMomentAt }) => ({
      payload: { ticketId: id, atMs: nextMomentAt.getTime() },
      at: new Date(nextMomentAt.getTime() - FOUND_AHEAD_MS),
      key: `${id} ${nextMomentAt.getTime()}`,
    })),
  );
}
