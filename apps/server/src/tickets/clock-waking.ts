import { z } from 'zod';
import type { Trx } from '../platform/database/database.ts';
import { type Queue, sendWithin } from '../platform/jobs/jobs.ts';
import type { DueTicket } from './clock.queries.ts';

/**
 * Jobs exist for moments this near, ms; those of later stand in their tickets' rows, and each minute brings some of
 * them near. So the job runner never looks through the clocks of a whole desk to find what is due this second.
 */
export const WOKEN_AHEAD_MS = 3 * 60_000;

/** A clock that has something to say. The row decides what; the job only wakes. */
export const clockQueue: Queue<{ ticketId: string }> = {
  name: 'tickets.clock',
  payload: z.strictObject({ ticketId: z.uuid() }),
  // One for each moment, however often it is sent for.
  onePerKey: true,
  batch: 200,
};

/** Has these clocks woken at their moments, when the transaction commits. */
export async function wakeClocks(trx: Trx, tickets: readonly DueTicket[]): Promise<void> {
  await sendWithin(
    trx,
    clockQueue,
    tickets.map(({ id, nextMomentAt }) => ({
      payload: { ticketId: id },
      // Just after: what happens at the instant itself is still in time.
      at: new Date(nextMomentAt.getTime() + 1),
      key: `${id} ${nextMomentAt.getTime()}`,
    })),
  );
}
