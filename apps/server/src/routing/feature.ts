import { createSignedLinks } from '../files/links.ts';
import { serverSecret } from '../platform/database/secrets.ts';
import type { Feature } from '../platform/platform.ts';
import { shipSkills } from './actions.ts';
import type { RoutingDeps } from './deps.ts';
import { followTickets, registerRoutingJobs } from './jobs.ts';
import { decorateOnCallNow } from './on-call-now.ts';
import { registerRoutingRoutes } from './routes.ts';

/**
 * Engineers' profiles, and who a ticket goes to.
 * @param now for tests
 */
export function createRoutingFeature(now: () => Date = () => new Date()): Feature {
  let deps: RoutingDeps;
  return {
    name: 'routing',
    async register(platform) {
      const { app, db, jobs } = platform;
      decorateOnCallNow(platform);
      // Asked when it is needed: the feature that knows registers later.
      deps = { db, jobs, now, onCallNow: (...args) => app.onCallNow(...args) };
      await shipSkills(db);
      registerRoutingRoutes(app, deps, createSignedLinks(await serverSecret(db, 'file-links')));
      registerRoutingJobs(platform, deps);
    },
    async started(platform) {
      // Not before the jobs run, for it sends some; what happened meanwhile is in the feed.
      platform.onStop(await followTickets(platform, deps));
      return [];
    },
  };
}

export const routingFeature: Feature = createRoutingFeature();
