import { z } from 'zod';
import type { Db } from '../platform/database/database.ts';
import type { Jobs, Queue } from '../platform/jobs/jobs.ts';
import type { Log } from '../platform/log/logger.ts';
import type { AskedThread } from '../platform/threads/asked-thread.ts';
import type { Judged, JudgeTask } from './judge-worker.ts';

/** What samples are of: a call of ours, or one a customer's page watches. */
export type Watched = { kind: 'call' | 'watched'; id: string };

export type DiagnosisDeps = {
  db: Db;
  /** For what goes through much. */
  patientDb: Db;
  log: Log;
  jobs: Pick<Jobs, 'send'>;
  now(): Date;
  /** Judges what is over: of a long call of many that takes seconds, in which nobody's chat may wait. */
  judging: AskedThread<JudgeTask, Judged>;
  /** How much is kept, by call or session; filled as samples come. Bytes as they are judged. */
  kept: Map<string, { batches: number; bytes: number }>;
  /** From now on the media engine's view of a call is kept too, where it is our engine. */
  followEngine(callId: string): void;
  /** Whether somebody of the team looks at it in this process at this moment. */
  isLookedAt(sourceId: string): boolean;
};

/** Judges a call that is over; rows decide whether it has been. */
export const recordCallQueue: Queue<{ callId: string }> = {
  name: 'diagnosis.record-call',
  payload: z.strictObject({ callId: z.uuid() }),
  retries: 3,
  retryDelaySeconds: 5,
};

/** Judges a watched session for a ticket that is about it. */
export const recordWatchedQueue: Queue<{ watchedSessionId: string; ticketId: string }> = {
  name: 'diagnosis.record-watched',
  payload: z.strictObject({ watchedSessionId: z.uuid(), ticketId: z.uuid() }),
  retries: 3,
  retryDelaySeconds: 5,
};

export const expireQueue: Queue<Record<string, never>> = { name: 'diagnosis.expire', payload: z.strictObject({}) };
