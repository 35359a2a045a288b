import type { SampleBatchRow } from './tables.ts';

/** Farther apart, a browser's word on its clock and the way here do not fit: only what we saw counts, ms. */
const PLAUSIBLE_WAY_MS = 30_000;

/** A batch as it is put into a session. */
export type StoredBatch = {
  id: number;
  /** In the session: the person's id, or the engine's. */
  participantId: string;
  /** Of the stay, unique in the session. */
  stay: string;
  number: number;
  receivedAtMs: number;
  receivedOffsetMs: number;
  clockOffsetMs: number | null;
  /** Packed until it is put in: many are held at once, and what they unpack to is much more. */
  content: Uint8Array;
};

/** Under this id the media engine's own view stands beside those of the people. */
export const ENGINE_PARTICIPANT = 'media-engine';

export function storedBatch(row: SampleBatchRow): StoredBatch {
  const participantId = row.participantKind === 'engine' ? ENGINE_PARTICIPANT : row.participantId;
  return {
    id: Number(row.id),
    participantId,
    // Stays are made by browsers: two people may name theirs alike.
    stay: `${participantId} ${row.stay}`,
    number: row.number,
    receivedAtMs: row.receivedAt.getTime(),
    receivedOffsetMs: row.receivedOffsetMs,
    clockOffsetMs: row.clockOffsetMs,
    content: row.content,
  };
}

/**
 * How far the server's clock is ahead of a stay's, ms. A batch is received later than it is sent, so the least difference
 * of all is still too large; what the live connection heard of our clock was said earlier than heard, so that is too
 * small. The truth lies between (as in RFC 5905, section 8); halfway, where both are known.
 */
export function clockOffsetOf(batches: readonly Pick<StoredBatch, 'receivedOffsetMs' | 'clockOffsetMs'>[]): number {
  const atMost = Math.min(...batches.map(({ receivedOffsetMs }) => receivedOffsetMs));
  const said = batches.flatMap(({ clockOffsetMs }) => clockOffsetMs ?? []);
  const atLeast = said.length === 0 ? Number.NaN : Math.max(...said);
  return atMost - atLeast >= 0 && atMost - atLeast < PLAUSIBLE_WAY_MS ? (atMost + atLeast) / 2 : atMost;
}
