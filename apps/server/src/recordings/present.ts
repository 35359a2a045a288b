import type { RecordingSettings, RecordingView } from '@alongside/contracts';
import type { Reader } from '@alongside/desk';
import type { RecordingLinks } from './links.ts';
import type { RecordingRow } from './tables.ts';

const DAY_MS = 86_400_000;

export function presentRecording(
  row: RecordingRow,
  reader: Reader,
  { retentionDays }: RecordingSettings,
  links: RecordingLinks,
  now: Date,
): RecordingView {
  const isComposed = row.composed === 'ready';
  return {
    id: row.id,
    callId: row.callId,
    startedAt: (row.startedAt ?? row.askedAt).toISOString(),
    durationMs: Number(row.durationMs ?? 0),
    sizeBytes: Number(row.sizeBytes ?? 0),
    expiresAt:
      retentionDays === null || row.readyAt === null
        ? null
        : new Date(row.readyAt.getTime() + retentionDays * DAY_MS).toISOString(),
    tracks: row.tracks.map((track, index) => ({
      kind: track.kind,
      source: track.source,
      who: track.participantName,
      codec: track.codec,
      startMs: track.startMs,
      durationMs: track.durationMs,
      sizeBytes: track.bytes,
      width: track.width,
      height: track.height,
      rotation: track.rotation,
      url: links.url(row.id, `${index}`, now),
    })),
    composed: {
      state: row.composed,
      progress: row.composedProgress,
      sizeBytes: isComposed ? Number(row.composedBytes) : null,
      url: isComposed ? links.url(row.id, 'composed', now) : null,
      downloadUrl: isComposed ? links.url(row.id, 'download', now) : null,
    },
    may: { delete: reader.kind === 'staff' && reader.role !== 'engineer' },
  };
}
