import type { Db } from '../platform/database/database.ts';
import type { Jobs } from '../platform/jobs/jobs.ts';
import type { OnCallNow } from './on-call-now.ts';

/** What routing works with. */
export type RoutingDeps = {
  db: Db;
  jobs: Pick<Jobs, 'send'>;
  onCallNow: OnCallNow;
  now(): Date;
};
