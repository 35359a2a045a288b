import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeRows, type SampleRows, type Session } from '@alongside/diagnosis';

/** Where `packages/diagnosis` finds the traces its tests replay. */
export const FIXTURES = resolve(import.meta.dirname, '../../../packages/diagnosis/fixtures');

/** What a recorded call shows; the tests of `packages/diagnosis` replay it. */
export type Trace = {
  kind: 'faulty' | 'borderline' | 'clean';
  /** Class of the fault; null in a clean call. */
  fault: string | null;
  /** The rule that finds it (or, borderline, must not), and of whom. */
  rule: string | null;
  participantId: string | null;
  /** Samples as they cross the wire, in order. */
  batches: { participantId: string; rows: SampleRows }[];
};

/** Writes a call as `<folder>/<name>.json.gz`. @returns its size in bytes */
export function saveTrace(folder: string, name: string, session: Session, about: Omit<Trace, 'batches'>): number {
  const batches: Trace['batches'] = [];
  for (const { id } of session.participants) {
    for (let afterMs = Number.NEGATIVE_INFINITY; ; ) {
      const encoded = encodeRows(session, id, afterMs);
      if (!encoded) break;
      afterMs = encoded.upToMs;
      batches.push({ participantId: id, rows: encoded.rows });
    }
  }
  const packed = gzipSync(JSON.stringify({ ...about, batches } satisfies Trace), { level: 9 });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json.gz`), packed);
  return packed.byteLength;
}
