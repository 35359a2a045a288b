import { z } from 'zod';
import type { Queue } from '../platform/jobs/jobs.ts';

/** Wakes us when a call may have rung long enough or somebody been away too long; its rows say whether. */
export const settleQueue: Queue<{ callId: string }> = {
  name: 'calls.settle',
  payload: z.strictObject({ callId: z.uuid() }),
};
