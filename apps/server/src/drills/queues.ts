import { z } from 'zod';
import type { Queue } from '../platform/jobs/jobs.ts';

const ById = z.strictObject({ id: z.uuid() });

/** Wakes a drill at its moment; its row says whether it is to be filed. */
export const fileQueue: Queue<{ id: string }> = { name: 'drills.file', payload: ById, retries: 20 };

/** Looks whether a running drill is over; a later look makes up for a lost one. */
export const judgeQueue: Queue<{ id: string }> = { name: 'drills.judge', payload: ById, retries: 20, onePerKey: true };

/** Wakes a running drill when its time is up. */
export const limitQueue: Queue<{ id: string }> = { name: 'drills.limit', payload: ById, retries: 20 };
