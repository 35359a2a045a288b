import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { repairRecordings } from '@alongside/sfu';
import type { CallsFeature } from '../calls/feature.ts';
import { serverSecret } from '../platform/database/secrets.ts';
import type { Feature } from '../platform/platform.ts';
import { registerRecordingContent } from './content-routes.ts';
import { finishQueue, type RecordingsDeps } from './deps.ts';
import { finishInterrupted, followCalls, registerRecordingJobs } from './jobs.ts';
import { createRecordingLinks } from './links.ts';
import { registerRecordingRoutes } from './routes.ts';

/**
 * Recordings of calls: consent, their files, who may watch them and for how long.
 * @param calls whose recorder does the work
 * @param now for tests
 */
export function recordingsFeature(
  calls: Pick<CallsFeature, 'recorder'>,
  now: () => Date = () => new Date(),
): Feature & { deps(): RecordingsDeps } {
  let deps: RecordingsDeps;
  return {
    name: 'recordings',
    deps: () => deps,
    async register(platform) {
      const { app, db, log, jobs, config } = platform;
      const folder = join(config.dataDir, 'recordings');
      await mkdir(folder, { recursive: true, mode: 0o750 });
      deps = { db, log, jobs, recorder: calls.recorder, folder, now };
      const links = createRecordingLinks(await serverSecret(db, 'recording-links'));
      // Before anybody can record: what is unfinished now was broken off.
      for (const { id } of await repairRecordings(folder))
        log.info({ recordingId: id }, 'a recording was put in order');
      registerRecordingRoutes(app, deps, links);
      registerRecordingContent(app, deps, links);
      registerRecordingJobs(platform, deps);
    },
    async started(platform) {
      await finishInterrupted(deps);
      const recorder = calls.recorder();
      if (recorder)
        recorder.onEnded = (recordingId, failure) => {
          deps.jobs
            .send(finishQueue, { recordingId, failure })
            .catch((error) => platform.log.error({ err: error, recordingId }, 'the end of a recording was not noted'));
        };
      platform.onStop(await followCalls(platform, deps));
      return [];
    },
  };
}
