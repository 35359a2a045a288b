import { z } from 'zod';
import { ActorRef, Id, Instant } from './actors.ts';

/**
 * Why a recording, or the asking for one, is over. `declined`: somebody asked did not want it · `withdrawn`: somebody
 * who had agreed does not want it any more · `stopped`: by the team · `unasked`: somebody came in who had not been
 * asked · `interrupted`: the server was stopped or killed.
 */
export const RecordingEnd = z.enum([
  'stopped',
  'declined',
  'withdrawn',
  'call_ended',
  'unasked',
  'interrupted',
  'disk_full',
  'failed',
]);
export type RecordingEnd = z.infer<typeof RecordingEnd>;

/** asking → recording → ended, or asking → ended. Recorded is only while `recording`. */
export const RecordingState = z.enum(['asking', 'recording', 'ended']);
export type RecordingState = z.infer<typeof RecordingState>;

/** A recording of a call, as its events tell. */
export const CallRecording = z.strictObject({
  id: Id,
  state: RecordingState,
  askedBy: ActorRef,
  /** Who agreed, in their order; whoever asks agrees. */
  agreed: z.array(ActorRef),
  /** Null when not everybody agreed. */
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  endedBy: ActorRef.nullable(),
  because: RecordingEnd.nullable(),
  /** Of what can be watched; null before, and when nothing was recorded. */
  durationMs: z.number().int().nonnegative().nullable(),
  /** Its files are gone since then, and who had them removed. */
  deleted: z.strictObject({ at: Instant, by: ActorRef }).nullable(),
});
export type CallRecording = z.infer<typeof CallRecording>;

/** One file of a recording, at an address that is good for an hour. */
export const RecordingTrack = z.strictObject({
  kind: z.enum(['audio', 'video']),
  source: z.enum(['microphone', 'camera', 'screen_share', 'screen_share_audio', 'unknown']),
  who: z.string(),
  codec: z.string(),
  /** Where its beginning lies in the recording. */
  startMs: z.number(),
  durationMs: z.number().nonnegative(),
  sizeBytes: z.number().int().nonnegative(),
  width: z.number().int().nonnegative(),
  height: z.number().int().nonnegative(),
  /** Degrees to turn the picture clockwise. */
  rotation: z.number().int(),
  url: z.string(),
});
export type RecordingTrack = z.infer<typeof RecordingTrack>;

/** The one file with everything in it. `no_ffmpeg`: this server has not the program that makes it. */
export const ComposedRecording = z.strictObject({
  state: z.enum(['none', 'running', 'ready', 'failed', 'no_ffmpeg']),
  /** 0 to 1 while it is made. */
  progress: z.number().min(0).max(1),
  sizeBytes: z.number().int().nonnegative().nullable(),
  url: z.string().nullable(),
  downloadUrl: z.string().nullable(),
});
export type ComposedRecording = z.infer<typeof ComposedRecording>;

/** A recording to be watched, as one reader may. */
export const RecordingView = z.strictObject({
  id: Id,
  callId: Id,
  startedAt: Instant,
  durationMs: z.number().int().nonnegative(),
  sizeBytes: z.number().int().nonnegative(),
  /** When its files are removed; null: kept. */
  expiresAt: Instant.nullable(),
  tracks: z.array(RecordingTrack),
  composed: ComposedRecording,
  may: z.strictObject({ delete: z.boolean() }),
});
export type RecordingView = z.infer<typeof RecordingView>;

export const RECORDING_RETENTION_MAX_DAYS = 3_650;

export const RecordingSettings = z.strictObject({
  /** Customers may watch the recordings of their tickets' calls. */
  customersMayWatch: z.boolean(),
  /** Files are removed after so many days; null: never. */
  retentionDays: z.number().int().min(1).max(RECORDING_RETENTION_MAX_DAYS).nullable(),
});
export type RecordingSettings = z.infer<typeof RecordingSettings>;
