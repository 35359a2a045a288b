import { z } from 'zod';
import type { Queue } from '../platform/jobs/jobs.ts';

/** A ticket to be looked at again: somebody begins to work then, or it was in use when it was to be routed. */
export const againQueue: Queue<{ ticketId: string }> = {
  name: 'routing.again',
  payload: z.strictObject({ ticketId: z.uuid() }),
};
