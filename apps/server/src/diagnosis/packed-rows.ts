import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { SAMPLE_BATCH_MAX_BYTES } from '@alongside/contracts';
import type { SampleRows } from '@alongside/diagnosis';

/** What is kept of a batch beside its columns. */
export type PackedRows = { rows: SampleRows; userAgent: string | null };

/** As it is kept: a tenth of what came. */
export function pack(content: PackedRows): Buffer {
  return deflateRawSync(JSON.stringify(content));
}

/** @throws when the database holds something else */
export function unpack(packed: Buffer): PackedRows {
  return JSON.parse(inflateRawSync(packed, { maxOutputLength: SAMPLE_BATCH_MAX_BYTES * 4 }).toString());
}
