import type { CallsFeature } from '../calls/feature.ts';
import type { Feature } from '../platform/platform.ts';
import { createAskedThread } from '../platform/threads/asked-thread.ts';
import type { DiagnosisDeps } from './deps.ts';
import { createEngineFollower } from './engine-follower.ts';
import { followCalls, registerDiagnosisJobs } from './jobs.ts';
import type { Judged, JudgeTask } from './judge-worker.ts';
import { type LiveWatching, startLiveWatching } from './live.ts';
import { registerDiagnosisRoutes } from './routes.ts';
import { attachWatched, followContacts } from './watched.actions.ts';

/** The most a call may hold takes some ten seconds of a busy machine, ms. */
const JUDGING_MAX_MS = 120_000;

/** `deps` and `live` are there once the feature is registered; for tests. */
export type DiagnosisFeature = Feature & { deps(): DiagnosisDeps; live(): LiveWatching };

/**
 * What calls are measured to be like, by the browsers in them and the media engine: kept, judged, told to the team.
 * @param calls whose media engine is looked into, where it is ours
 * @param now for tests
 */
export function createDiagnosisFeature(
  calls: Pick<CallsFeature, 'roomView'>,
  now: () => Date = () => new Date(),
): DiagnosisFeature {
  let deps: DiagnosisDeps;
  let live: LiveWatching;
  return {
    name: 'diagnosis',
    deps: () => deps,
    live: () => live,
    register(platform) {
      const { app, db, patientDb, log, jobs, sockets } = platform;
      live = startLiveWatching({ db, sockets, log, now });
      const { isLookedAt } = live;
      const engine = createEngineFollower({ db, log, now, roomView: calls.roomView, isLookedAt });
      const judging = createAskedThread<JudgeTask, Judged>(
        new URL('./judge-worker.ts', import.meta.url),
        JUDGING_MAX_MS,
      );
      deps = { db, patientDb, log, jobs, now, judging, kept: new Map(), isLookedAt, followEngine: engine.follow };
      platform.onStop(() => judging.close());
      platform.onStop(engine.stop);
      app.contactListeners.push(followContacts);
      app.watchProviders.attach = (trx, person, ticketId, watchedSessionId) =>
        attachWatched(deps, trx, person, ticketId, watchedSessionId);
      registerDiagnosisRoutes(app, deps);
      registerDiagnosisJobs(platform, deps);
      platform.onStop(live.stop);
    },
    async started(platform) {
      platform.onStop(await followCalls(platform, deps));
      return [];
    },
  };
}
