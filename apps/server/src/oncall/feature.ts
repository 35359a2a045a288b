import { serverSecret } from '../platform/database/secrets.ts';
import { linkOrigin } from '../platform/http/link-origin.ts';
import type { Feature, Platform } from '../platform/platform.ts';
import { registerCalendarRoute } from './calendar-routes.ts';
import type { OncallDeps } from './deps.ts';
import { registerOncallJobs, wakeAtStart } from './jobs.ts';
import { watchOncall } from './live.ts';
import { pushKeysOf } from './push-keys.ts';
import { findRotations, onCallIn, versionAt } from './rotation.queries.ts';
import { registerRotationRoutes } from './rotation.routes.ts';
import { registerPageRoutes, registerPolicyRoutes } from './routes.ts';

/**
 * On call: rotations, escalation policies, and the pages they send.
 * @param now for tests
 */
export function createOncallFeature(now: () => Date = () => new Date()): Feature & { deps(): OncallDeps } {
  let deps: OncallDeps;
  return {
    name: 'oncall',
    deps: () => deps,
    async register(platform) {
      deps = depsOf(platform, now);
      const { app } = platform;
      app.onCallNow = async (db, at) =>
        (await findRotations(db, { since: at })).flatMap((rotation) => {
          const staffId = onCallIn(rotation, at);
          return staffId === null ? [] : [{ staffId, rotation: versionAt(rotation, at).content.name }];
        });
      registerRotationRoutes(app, deps);
      registerPolicyRoutes(app, deps);
      registerPageRoutes(app, deps);
      registerCalendarRoute(app, deps);
      platform.onStop(watchOncall(platform));
      await registerOncallJobs(platform, deps);
    },
    async started() {
      await wakeAtStart(deps);
      return [];
    },
  };
}

export const oncallFeature = createOncallFeature();

function depsOf(platform: Platform, now: () => Date): OncallDeps {
  const { app, config, db, jobs, log, mailer, outgoing } = platform;
  const secret = (name: string) => {
    let made: Promise<Buffer> | undefined;
    return () => {
      made ??= serverSecret(db, name);
      return made;
    };
  };
  const pushSecret = secret('oncall.push');
  return {
    db,
    jobs,
    log,
    outgoing,
    mailer,
    now,
    origin: () => linkOrigin(app, config),
    contact: contactOf(config.publicUrl, config.mailFrom),
    pushKeys: async () => pushKeysOf(await pushSecret()),
    linkSecret: secret('oncall.links'),
  };
}

/** Push services refuse a contact that is neither an https: nor a mailto: address. */
function contactOf(publicUrl: string | undefined, mailFrom: string): string {
  if (publicUrl?.startsWith('https:')) return publicUrl;
  return `mailto:${/<([^>]+)>/.exec(mailFrom)?.[1] ?? mailFrom}`;
}
