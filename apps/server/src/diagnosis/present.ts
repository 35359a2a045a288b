import type { RecordedDiagnosis, WatchedSession, Watching } from '@alongside/contracts';
import type { Watched } from './deps.ts';
import type { Judged } from './judge-worker.ts';
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
  diagnosis,
  lastSampleMs,
}: Judged & {
  source: Watched & { label: string };
  ticketId: string;
  isLive: boolean;
}): Watching {
  const { kind, id, label } = source;
  return {
    source: kind === 'call' ? { kind, callId: id } : { kind, watchedSessionId: id, label },
    ticketId,
    live: isLive,
    diagnosis,
    lastSampleMs,
  };
}
