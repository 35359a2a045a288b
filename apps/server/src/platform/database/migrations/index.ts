import type { Migration } from '../migrate.ts';
import { platform } from './0001-platform.ts';
import { people } from './0002-people.ts';
import { customers } from './0003-customers.ts';
import { files } from './0004-files.ts';
import { tickets } from './0005-tickets.ts';
import { calls } from './0006-calls.ts';
import { safety } from './0007-safety.ts';
import { plans } from './0008-plans.ts';
import { clock } from './0009-clock.ts';
import { oncall } from './0010-oncall.ts';
import { routing } from './0011-routing.ts';
import { statements } from './0012-statements.ts';
import { clockMoments } from './0013-clock-moments.ts';
import { callRequests } from './0014-call-requests.ts';
import { drills } from './0015-drills.ts';
import { recordings } from './0016-recordings.ts';
import { diagnosis } from './0017-diagnosis.ts';
import { checks } from './0018-checks.ts';
import { catalogue } from './0019-catalogue.ts';
import { lastFiles } from './0020-last-files.ts';

/** Every change of the schema, in order. A released migration is never edited; a mistake is mended by the next one. */
export const MIGRATIONS: readonly Migration[] = [
  platform,
  people,
  customers,
  files,
  tickets,
  calls,
  safety,
  plans,
  clock,
  oncall,
  routing,
  statements,
  clockMoments,
  callRequests,
  drills,
  recordings,
  diagnosis,
  checks,
  catalogue,
  lastFiles,
];
