import { Gzip, Zip, ZipDeflate } from 'fflate';
import { asText, encodingOf } from '../readers/decoded.ts';
import { peek } from '../readers/peek.ts';
import { ReadError } from '../readers/read-error.ts';
import { gunzip, MAX_NESTING, MAX_UNPACKED_BYTES, packingOf, unzip } from '../readers/unpack.ts';
import { Masker } from './masker.ts';
import { Pseudonyms } from './pseudonyms.ts';
import type { MaskingReport } from './report.ts';

/** What is masked beside secrets, and how much may come out. */
export type MaskingOptions = {
  /** IP addresses too: each gets a name of its own that tells its kind, the same wherever it stands. */
  addresses?: boolean;
  maxUnpackedBytes?: number;
};

/** What masking of one file shares among the documents in it. */
type Work = { report: MaskingReport; addresses: boolean; names: Pseudonyms; maxBytes: number };

/**
 * Masks a dump, an archive or a log before it is stored, while it arrives: a .gz comes out as a .gz, a .zip as a .zip,
 * JSON as JSON. What can be diagnosed of it stays as it is.
 * @param name of the file, for the report
 * @param report is filled meanwhile
 * @throws ReadError for damaged archives and those that unpack to too much
 */
export async function* maskFile(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  options: MaskingOptions,
  report: MaskingReport,
): AsyncGenerator<Uint8Array> {
  const { addresses = false, maxUnpackedBytes = MAX_UNPACKED_BYTES } = options;
  yield* entry(name, bytes, { report, addresses, names: new Pseudonyms(), maxBytes: maxUnpackedBytes }, 0);
}

async function* entry(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  work: Work,
  depth: number,
): AsyncGenerator<Uint8Array> {
  const { head, all } = await peek(bytes);
  const packing = packingOf(head);
  if (packing !== null && depth >= MAX_NESTING) throw new ReadError('too_large', name);
  if (packing === 'gzip') yield* zipped(entry(name, gunzip(all, name, work.maxBytes), work, depth + 1));
  else if (packing === 'zip') yield* archived(name, all, work, depth + 1);
  else yield* document(name, all, head, work);
}

async function* document(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  head: Uint8Array,
  { report, addresses, names }: Work,
): AsyncGenerator<Uint8Array> {
  // A picture or a program is no text: masking would only destroy it.
  if (head.includes(0) && encodingOf(head) === 'utf-8') {
    yield* bytes;
    return;
  }
  const masker = new Masker(name, report, addresses, names);
  const encoder = new TextEncoder();
  for await (const text of asText(bytes, head)) {
    const masked = masker.write(text);
    if (masked !== '') yield encoder.encode(masked);
  }
  yield encoder.encode(masker.end());
}

async function* zipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = [];
  const packer = new Gzip((piece) => out.push(piece));
  for await (const piece of bytes) {
    packer.push(piece);
    yield* out.splice(0);
  }
  packer.push(new Uint8Array(0), true);
  yield* out.splice(0);
}

async function* archived(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  work: Work,
  depth: number,
): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = [];
  const packer = new Zip((error, piece) => {
    if (!error) out.push(piece);
  });
  for await (const inner of unzip(bytes, name, work.maxBytes)) {
    const file = new ZipDeflate(inner.name.slice(name.length + 1));
    packer.add(file);
    for await (const piece of entry(inner.name, inner.bytes, work, depth)) {
      file.push(piece);
      yield* out.splice(0);
    }
    file.push(new Uint8Array(0), true);
    yield* out.splice(0);
  }
  packer.end();
  yield* out.splice(0);
}
