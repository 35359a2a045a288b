import { z } from 'zod';
import type { Queue } from '../platform/jobs/jobs.ts';
import type { Platform } from '../platform/platform.ts';
import { forgetVisitors } from './visitor.actions.ts';

const forget: Queue<Record<string, never>> = {
  name: 'customers.forget-visitors',
  payload: z.strictObject({}),
  onePerKey: true,
};

/** Forgets visitors who never wrote and stay away, every night. */
export function registerCustomerJobs({ app, patientDb, jobs, log }: Platform): void {
  jobs.handle(forget, async () => {
    const forgotten = await forgetVisitors(patientDb, app.contactHolders, new Date());
    if (forgotten > 0) log.info({ visitors: forgotten }, 'visitors who stayed away are forgotten');
  });
  jobs.schedule(forget, '53 3 * * *', {});
}
