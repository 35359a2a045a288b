import type { CallsFeature } from '../calls/feature.ts';
import { linkOrigin } from '../platform/http/link-origin.ts';
import type { Feature } from '../platform/platform.ts';
import type { ChecksDeps } from './deps.ts';
import { registerCheckJobs, startRoomSweep } from './jobs.ts';
import { createCheckLimits } from './limits.ts';
import { createMediaPlaces } from './places.ts';
import { registerCheckRoutes } from './routes.ts';

/**
 * Pre-call checks: the rooms they measure in, their results, and the links by which the team asks for one.
 * @param calls whose media server is measured
 * @param now for tests
 */
export function checksFeature(
  calls: Pick<CallsFeature, 'media'>,
  now: () => Date = () => new Date(),
): Feature & { deps(): ChecksDeps } {
  let deps: ChecksDeps;
  return {
    name: 'checks',
    deps: () => deps,
    register(platform) {
      const { app, db, log, jobs, config } = platform;
      deps = {
        db,
        log,
        media: calls.media,
        places: createMediaPlaces(config.publicUrl),
        limits: createCheckLimits(config.rateLimitScale),
        origin: () => linkOrigin(app, config),
        now,
      };
      const sweep = startRoomSweep(deps);
      platform.onStop(sweep.stop);
      registerCheckRoutes(app, deps, sweep);
      registerCheckJobs(jobs, deps);
      app.get('/check', (request, reply) => reply.redirect(`/portal${request.url}`));
      app.get('/check/:id', (request, reply) => reply.redirect(`/portal${request.url}`));
    },
  };
}
