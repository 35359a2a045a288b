import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setComposed } from './actions.ts';
import { COMPOSED_NAME, runCompose } from './compose.ts';
import { composeQueue, type RecordingsDeps } from './deps.ts';
import { findRecording } from './queries.ts';
import type { RecordingRow } from './tables.ts';

/** Has the one file made, unless it is there or being made. */
export async function askToCompose(deps: RecordingsDeps, recording: RecordingRow): Promise<void> {
  if (recording.composed === 'ready' || recording.composed === 'running') return;
  await deps.db.transaction().execute(async (trx) => {
    await setComposed(trx, recording.id, { composed: 'running', composedProgress: 0 });
    await deps.jobs.send(composeQueue, { recordingId: recording.id }, { trx });
  });
}

/** One after another: each takes all the processor it is given. */
let last: Promise<unknown> = Promise.resolve();

/** Makes the file. */
export function composeNow(deps: RecordingsDeps, recordingId: string): Promise<void> {
  const mine = last.then(() => compose(deps, recordingId));
  last = mine.catch(() => {});
  return mine;
}

async function compose(deps: RecordingsDeps, recordingId: string): Promise<void> {
  const recording = await findRecording(deps.db, recordingId);
  if (!recording?.readyAt || recording.deletedAt || recording.composed === 'ready') return;
  const folder = join(deps.folder, recordingId);
  let told = 0;
  const { outcome, problem } = await runCompose(folder, recording.tracks, Number(recording.durationMs), (progress) => {
    if (progress - told < 0.02) return;
    told = progress;
    setComposed(deps.db, recordingId, { composedProgress: progress }).catch(() => {});
  });
  const made = join(folder, COMPOSED_NAME);
  if (outcome !== 'ready') {
    await rm(`${made}.new`, { force: true });
    deps.log.warn({ recordingId, outcome, problem }, 'a recording could not be composed');
    return setComposed(deps.db, recordingId, { composed: outcome, composedProgress: 0 });
  }
  await rename(`${made}.new`, made);
  const { size } = await stat(made);
  await setComposed(deps.db, recordingId, { composed: 'ready', composedProgress: 1, composedBytes: size });
}
