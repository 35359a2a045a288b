import { z } from 'zod';
import type { Recorder } from '../calls/recorder.ts';
import type { Db } from '../platform/database/database.ts';
import type { Jobs, Queue } from '../platform/jobs/jobs.ts';
import type { Log } from '../platform/log/logger.ts';

export type RecordingsDeps = {
  db: Db;
  log: Log;
  jobs: Pick<Jobs, 'send'>;
  /** Null where calls cannot be recorded here. */
  recorder(): Recorder | null;
  /** Where recordings lie, each in a folder named by its id. */
  folder: string;
  now(): Date;
};

/** Somebody came, left or agreed: has the recording of their call looked at. Those in the call are not to wait. */
export const considerQueue: Queue<{ ticketId: string; callId: string }> = {
  name: 'recordings.consider',
  payload: z.strictObject({ ticketId: z.uuid(), callId: z.uuid() }),
  retryDelaySeconds: 1,
};

/** Has the engine begin; rows decide whether it still should. */
export const startQueue: Queue<{ recordingId: string }> = {
  name: 'recordings.start',
  payload: z.strictObject({ recordingId: z.uuid() }),
};

/** Has the engine end, and takes stock of what there is. */
export const finishQueue: Queue<{ recordingId: string; failure: string | null }> = {
  name: 'recordings.finish',
  payload: z.strictObject({ recordingId: z.uuid(), failure: z.string().nullable() }),
  // A slow disk may take minutes for the last of a long recording.
  retries: 8,
  retryDelaySeconds: 2,
};

export const composeQueue: Queue<{ recordingId: string }> = {
  name: 'recordings.compose',
  payload: z.strictObject({ recordingId: z.uuid() }),
};

export const expireQueue: Queue<Record<string, never>> = { name: 'recordings.expire', payload: z.strictObject({}) };
