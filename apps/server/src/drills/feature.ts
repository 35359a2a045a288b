import { randomInt } from 'node:crypto';
import type { Feature } from '../platform/platform.ts';
import type { DrillsDeps } from './deps.ts';
import { registerDrillJobs, wakeForgottenDrills } from './jobs.ts';
import { watchDrills } from './live.ts';
import { registerDrillRoutes } from './routes.ts';

/**
 * Drills: mock P0s that go the way every P0 goes, and what they show.
 * @param now for tests
 * @param pickMs for tests; see DrillsDeps
 */
export function createDrillsFeature(
  now: () => Date = () => new Date(),
  pickMs: DrillsDeps['pickMs'] = randomInt,
): Feature & { deps(): DrillsDeps } {
  let deps: DrillsDeps;
  return {
    name: 'drills',
    deps: () => deps,
    async register(platform) {
      const { app, db, jobs } = platform;
      deps = { db, jobs, now, pickMs };
      registerDrillRoutes(app, deps);
      platform.onStop(watchDrills(platform));
      await registerDrillJobs(platform, deps);
    },
    async started() {
      await wakeForgottenDrills(deps);
      return [];
    },
  };
}

export const drillsFeature = createDrillsFeature();
