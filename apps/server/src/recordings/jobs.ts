import { join } from 'node:path';
import { RecordingEnd } from '@alongside/contracts';
import { repairRecording } from '@alongside/sfu';
import type { Trx } from '../platform/database/database.ts';
import type { Platform } from '../platform/platform.ts';
import { followFeed } from '../platform/realtime/follow.ts';
import { isAbout, type TicketAnnouncement } from '../tickets/log.actions.ts';
import { findEvents } from '../tickets/queries.ts';
import {
  considerRecording,
  expireRecordings,
  finishRecording,
  onCallFinished,
  type RecordedFiles,
  startRecording,
} from './actions.ts';
import { composeNow } from './compose.actions.ts';
import { composeQueue, considerQueue, expireQueue, finishQueue, type RecordingsDeps, startQueue } from './deps.ts';
import { findComposing, findOpen, findUnfinished } from './queries.ts';

/** Before the jobs start. */
export function registerRecordingJobs({ jobs }: Pick<Platform, 'jobs'>, deps: RecordingsDeps): void {
  jobs.handle(considerQueue, (place) => considerRecording(deps, place));
  jobs.handle(startQueue, ({ recordingId }) => startRecording(deps, recordingId));
  jobs.handle(finishQueue, async ({ recordingId, failure }) => {
    await deps.recorder()?.stop(recordingId);
    const because = RecordingEnd.safeParse(failure === 'write_failed' ? 'failed' : failure);
    await finishRecording(deps, recordingId, because.data ?? null, await readFiles(deps, recordingId));
  });
  jobs.handle(composeQueue, ({ recordingId }) => composeNow(deps, recordingId));
  jobs.handle(expireQueue, () => expireRecordings(deps));
  jobs.schedule(expireQueue, '23 * * * *', {});
}

/** Recordings of an earlier life of the server: nothing records them any more. */
export async function finishInterrupted(deps: RecordingsDeps): Promise<void> {
  for (const { id, endedAt } of await findUnfinished(deps.db)) {
    await deps.jobs.send(finishQueue, { recordingId: id, failure: endedAt ? null : 'interrupted' });
  }
  // Its job may be gone with a restored backup; done twice, the second time does nothing.
  for (const { id } of await findComposing(deps.db)) await deps.jobs.send(composeQueue, { recordingId: id });
}

/** What the engine wrote; null when there is nothing in it. */
async function readFiles({ folder }: RecordingsDeps, recordingId: string): Promise<RecordedFiles | null> {
  // In order already, unless the thread that wrote it crashed.
  const manifest = await repairRecording(join(folder, recordingId));
  if (!manifest) return null;
  const { tracks } = manifest;
  const heard = tracks.filter(({ durationMs }) => durationMs > 0);
  if (heard.length === 0) return null;
  const firstMs = Math.min(...heard.map(({ startMs }) => startMs));
  return {
    tracks: heard.map((track) => ({ ...track, startMs: track.startMs - firstMs })),
    durationMs: Math.round(Math.max(...heard.map(({ startMs, durationMs }) => startMs - firstMs + durationMs))),
    sizeBytes: heard.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Hears who comes, leaves and agrees. @returns stops it */
export async function followCalls(
  platform: Pick<Platform, 'db' | 'hub' | 'log'>,
  deps: RecordingsDeps,
): Promise<() => Promise<void>> {
  const wants = isAbout(['call.recording_asked', 'call.recording_agreed', 'call.joined', 'call.left', 'call.finished']);
  return followFeed(platform, { name: 'recordings', wants }, async (trx, row) => {
    if (row.ticketId === null) return;
    const { seq } = row.payload as TicketAnnouncement;
    const [event] = await findEvents(trx, row.ticketId, { since: seq - 1, upTo: seq, publicOnly: false });
    const { ticketId } = row;
    switch (event?.body.type) {
      case 'call.recording_asked':
      case 'call.recording_agreed':
      case 'call.joined':
      case 'call.left':
        return considerLater(deps, trx, { ticketId, callId: event.body.callId });
      case 'call.finished':
        return onCallFinished(deps, trx, event.body.callId);
      default:
    }
  });
}

/**
 * Considering locks the ticket, and one transaction of the follower holds many events: locks of several tickets in the
 * order of their events would meet those who lock tickets in the order of their ids.
 */
async function considerLater(
  deps: RecordingsDeps,
  trx: Trx,
  place: { ticketId: string; callId: string },
): Promise<void> {
  if ((await findOpen(trx, place.callId)).length > 0) await deps.jobs.send(considerQueue, place, { trx });
}
