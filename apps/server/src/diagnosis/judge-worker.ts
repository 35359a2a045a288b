import { parentPort } from 'node:worker_threads';
import type { Diagnosis, DiagnosisParticipant } from '@alongside/contracts';
import { GrowingSession } from './growing-session.ts';
import { judged, lastSamplesOf } from './judged.ts';
import type { StoredBatch } from './stored-batch.ts';

/** All that was measured of a call, and who is in it. */
export type JudgeTask = { startMs: number; batches: StoredBatch[]; participants: DiagnosisParticipant[] };
/** @param lastSampleMs by participant; null of whom nothing was measured */
export type Judged = { diagnosis: Diagnosis; lastSampleMs: Record<string, number | null> };

parentPort!.on('message', ({ startMs, batches, participants }: JudgeTask) => {
  const growing = new GrowingSession(startMs);
  growing.add(batches);
  const session = growing.build((id) => participants.find((one) => one.id === id)?.name ?? null);
  const diagnosis = judged(session, { participants, isLive: false });
  parentPort!.postMessage({ diagnosis, lastSampleMs: lastSamplesOf(session, diagnosis) } satisfies Judged);
});
