import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { SAMPLE_BATCH_MAX_BYTES } from '@alongside/contracts';
import type { SampleRows } from '@alongside/diagnosis';

/** What is kept of a batch beside its columns. */
export type PackedRows = { rows: SampleRows; userAgent: string | null };

/** What is judged at once takes no more, bytes as `pack` counts them. */
export const JUDGED_MAX_BYTES = 256 * 1024 * 1024;

/** A measured value is a number of eight bytes once it is read, and may be two of text. */
const VALUE_BYTES = 8;

/**
 * @returns as it is kept: a tenth of what came; and what it takes when it is judged. That is what is limited, since a batch
 *   may be made to pack to nearly nothing.
 */
export function pack(content: PackedRows): { content: Buffer; sizeBytes: number } {
  const text = JSON.stringify(content);
  return { content: deflateRawSync(text), sizeBytes: text.length + valueBytes(content.rows) };
}

/** @returns also what it takes, as `pack` said it. @throws when the database holds something else */
export function unpack(packed: Uint8Array): PackedRows & { sizeBytes: number } {
  const text = inflateRawSync(packed, { maxOutputLength: SAMPLE_BATCH_MAX_BYTES * 4 }).toString();
  const content = JSON.parse(text) as PackedRows;
  return { ...content, sizeBytes: text.length + valueBytes(content.rows) };
}

/** Every column is as long as there are instants (`checkRows`), and each source has a column of its own for those. */
function valueBytes({ instants, connections, tracks, device }: SampleRows): number {
  const sources = [device, ...connections.map(({ columns }) => columns), ...tracks.map(({ columns }) => columns)];
  const columns = sources.reduce((sum, source) => sum + 1 + Object.keys(source).length, 0);
  return columns * instants.length * VALUE_BYTES;
}
