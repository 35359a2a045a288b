import { z } from 'zod';
import type { Jobs, Queue } from '../platform/jobs/jobs.ts';
import { cleanFiles, type FilesDeps } from './actions.ts';

const clean: Queue<Record<string, never>> = { name: 'files.clean', payload: z.strictObject({}), onePerKey: true };

/** Clears away what nobody needs, every hour. */
export function registerFileJobs(jobs: Jobs, deps: FilesDeps): void {
  jobs.handle(clean, async () => {
    const cleaned = await cleanFiles(deps);
    if (Object.values(cleaned).some((count) => count > 0)) deps.log.info(cleaned, 'unused files removed');
  });
  jobs.schedule(clean, '17 * * * *', {});
}
