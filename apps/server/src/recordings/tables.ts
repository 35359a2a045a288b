import type { ComposedRecording } from '@alongside/contracts';
import type { RecordedTrack } from '@alongside/sfu';
import type { Generated, Selectable } from 'kysely';
import type { Json, Timestamp } from '../platform/database/tables.ts';

export type RecordingsTables = {
  /** The files of one recording; consent and its end are in the ticket's log. */
  recording: {
    id: string;
    ticketId: string;
    callId: string;
    askedAt: Timestamp;
    startedAt: Date | null;
    endedAt: Date | null;
    /** Its files are whole since then; null also when nothing was recorded. */
    readyAt: Date | null;
    deletedAt: Date | null;
    durationMs: number | null;
    sizeBytes: number | null;
    tracks: Json<RecordedTrack[]>;
    composed: Generated<ComposedRecording['state']>;
    composedProgress: Generated<number>;
    composedBytes: number | null;
  };
  /** One row. */
  recordingSettings: { one: Generated<boolean>; customersMayWatch: boolean; retentionDays: number | null };
};

export type RecordingRow = Selectable<RecordingsTables['recording']>;
