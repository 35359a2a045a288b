import { Gunzip, Unzip, UnzipInflate } from 'fflate';
import { ReadError } from './read-error.ts';

/** A document, or one inside an archive. */
export type Entry = { name: string; bytes: AsyncIterable<Uint8Array> };

/** More than any honest dump unpacks to, bytes. */
export const MAX_UNPACKED_BYTES = 2 ** 30;
const MAX_ENTRIES = 200;

/**
 * Unpacks a gzip stream (RFC 1952) while it arrives.
 * @throws ReadError too_large for what unpacks to more than `maxBytes`, damaged_archive for what is none
 */
export async function* gunzip(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = [];
  const unpacker = new Gunzip((piece) => out.push(piece));
  let total = 0;
  for await (const piece of bytes) {
    // In small bites: what a bite unpacks to is held in memory.
    for (let at = 0; at < piece.length; at += BITE) {
      guarded(name, () => unpacker.push(piece.subarray(at, at + BITE)));
      for (const unpacked of out.splice(0)) {
        total += unpacked.length;
        if (total > maxBytes) throw new ReadError('too_large', name);
        yield unpacked;
      }
    }
  }
}

const BITE = 16 * 1024;

function guarded(name: string, work: () => void): void {
  try {
    work();
  } catch {
    throw new ReadError('damaged_archive', name);
  }
}

/**
 * Lists and unpacks the files of a zip archive while it arrives, those in folders too, without what systems put in by
 * themselves.
 * @throws ReadError as `gunzip`
 */
export async function* unzip(bytes: AsyncIterable<Uint8Array>, name: string, maxBytes: number): AsyncGenerator<Entry> {
  const finished: { name: string; pieces: Uint8Array[] }[] = [];
  let total = 0;
  let entries = 0;
  let trouble: ReadError | null = null;
  const unpacker = new Unzip((file) => {
    const pieces: Uint8Array[] = [];
    entries += 1;
    if (entries > MAX_ENTRIES) trouble ??= new ReadError('too_large', name);
    if (file.name.endsWith('/') || /(^|\/)(\.|__MACOSX)/.test(file.name)) return;
    file.ondata = (error, piece, final) => {
      if (error) trouble ??= new ReadError('damaged_archive', `${name}/${file.name}`);
      total += piece?.length ?? 0;
      if (total > maxBytes) {
        trouble ??= new ReadError('too_large', `${name}/${file.name}`);
        file.terminate();
        return;
      }
      pieces.push(piece);
      if (final) finished.push({ name: `${name}/${file.name}`, pieces });
    };
    file.start();
  });
  unpacker.register(UnzipInflate);
  for await (const piece of bytes) {
    for (let at = 0; at < piece.length; at += BITE) {
      guarded(name, () => unpacker.push(piece.subarray(at, at + BITE)));
      if (trouble) throw trouble;
      for (const { name: inner, pieces } of finished.splice(0)) yield { name: inner, bytes: each(pieces) };
    }
  }
  guarded(name, () => unpacker.push(new Uint8Array(0), true));
  for (const { name: inner, pieces } of finished.splice(0)) yield { name: inner, bytes: each(pieces) };
}

async function* each(pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (let piece = pieces.shift(); piece; piece = pieces.shift()) yield piece;
}
