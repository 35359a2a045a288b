import type { Diagnosis, RecordedDiagnosis, WatchedSession, Watching } from '@alongside/contracts';
import type { Session } from '@alongside/diagnosis';
import type { Watched } from './deps.ts';
import { lastSampleMs } from './judged.ts';
import type { DiagnosisRow, WatchedSessionRow } from './tables.ts';

export function presentWatchedSession({ id, about, startedAt, lastSampleAt }: WatchedSessionRow): WatchedSession {
  return {
    id,
    about,
    startedAt: startedAt.toISOString(),
    lastSampleAt: lastSampleAt?.toISOString() ?? null,
  };
}

export function presentDiagnosis({ id, ticketId, source, recordedAt, diagnosis }: DiagnosisRow): RecordedDiagnosis {
  return { id, ticketId, source, recordedAt: recordedAt.toISOString(), diagnosis };
}

/** A call as it goes, or as it was. */
export function presentWatching({
  source,
  ticketId,
  isLive,
  session,
  diagnosis,
}: {
  source: Watched & { label: string };
  ticketId: string;
  isLive: boolean;
  session: Session;
  diagnosis: Diagnosis;
}): Watching {
  const { kind, id, label } = source;
  return {
    source: kind === 'call' ? { kind, callId: id } : { kind, watchedSessionId: id, label },
    ticketId,
    live: isLive,
    diagnosis,
    lastSampleMs: Object.fromEntries(diagnosis.participants.map((one) => [one.id, lastSampleMs(session, one.id)])),
  };
}
