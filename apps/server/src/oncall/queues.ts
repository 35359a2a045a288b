import { z } from 'zod';
import type { Queue } from '../platform/jobs/jobs.ts';

const ById = z.strictObject({ id: z.uuid() });

/** Looks through what happened to a ticket since the last look; a later event makes up for a lost one. */
export const judgeQueue: Queue<{ ticketId: string; seq: number }> = {
  name: 'oncall.judge',
  payload: z.strictObject({ ticketId: z.uuid(), seq: z.number().int().positive() }),
  retries: 20,
  onePerKey: true,
};

/** Wakes a chain at the instant of its next step; its row says whether it is time. */
export const stepQueue: Queue<{ id: string }> = { name: 'oncall.step', payload: ById, retries: 20 };

/** Wakes a delivery; its row says whether there is still something to deliver. */
export const deliverQueue: Queue<{ id: string }> = { name: 'oncall.deliver', payload: ById, retries: 20 };
