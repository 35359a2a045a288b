import type { Diagnosis, DiagnosisSource, WatchedAbout } from '@alongside/contracts';
import type { Generated, Selectable } from 'kysely';
import type { Json, Timestamp } from '../platform/database/tables.ts';

export type DiagnosisTables = {
  /** What one browser, or the media engine, measured in some seconds of a call. */
  sampleBatch: {
    id: Generated<number>;
    /** Of one of ours; else `watchedSessionId` is set. */
    callId: string | null;
    watchedSessionId: string | null;
    participantId: string;
    participantKind: 'staff' | 'customer' | 'engine';
    stay: string;
    number: number;
    receivedAt: Timestamp;
    /** Our clock when it came minus theirs when it was sent: their clock's offset and the way here. */
    receivedOffsetMs: number;
    /** The offset as the browser's live connection measured it; null where it has not. */
    clockOffsetMs: number | null;
    /** What it takes when it is judged (`pack`), more than is stored. */
    sizeBytes: number;
    content: Buffer;
  };
  /** A call of a customer's own product that their page watches. */
  watchedSession: {
    id: string;
    contactId: string;
    about: Json<WatchedAbout>;
    startedAt: Timestamp;
    lastSampleAt: Date | null;
    endedAt: Date | null;
  };
  /** Which tickets are about it. */
  watchedSessionTicket: { watchedSessionId: string; ticketId: string; attachedAt: Timestamp };
  /** What was found in a call, a watched session or a file, kept with a ticket. */
  diagnosis: {
    id: string;
    ticketId: string;
    source: Json<DiagnosisSource>;
    callId: string | null;
    watchedSessionId: string | null;
    fileId: string | null;
    recordedAt: Timestamp;
    diagnosis: Json<Diagnosis>;
  };
  /** One row. */
  watchSettings: {
    one: Generated<boolean>;
    watchCalls: boolean;
    watchProducts: boolean;
    retentionDays: number | null;
    keepAddresses: boolean;
  };
};

export type SampleBatchRow = Selectable<DiagnosisTables['sampleBatch']>;
export type WatchedSessionRow = Selectable<DiagnosisTables['watchedSession']>;
export type DiagnosisRow = Selectable<DiagnosisTables['diagnosis']>;
