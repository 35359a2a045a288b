import { Gunzip, Unzip, type UnzipFile, UnzipInflate } from 'fflate';
import { ReadError } from './read-error.ts';

/** A document, or one inside an archive. */
export type Entry = { name: string; bytes: AsyncIterable<Uint8Array> };

/** More than any honest dump unpacks to, bytes. */
export const MAX_UNPACKED_BYTES = 2 ** 30;

/** Archives in archives in archives are nobody's dump. */
export const MAX_NESTING = 2;

const MAX_ENTRIES = 200;

/** What unpacks in one go is held in memory: deflate makes a thousand bytes of one at most, so this is a few megabytes. */
const BITE = 8 * 1024;

/** @param head the first bytes of a file */
export function packingOf(head: Uint8Array): 'gzip' | 'zip' | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4 ? 'zip' : null;
}

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
  for await (const bite of bites(bytes)) {
    guarded(name, () => unpacker.push(bite));
    for (const unpacked of out.splice(0)) {
      total += unpacked.length;
      if (total > maxBytes) throw new ReadError('too_large', name);
      yield unpacked;
    }
  }
}

async function* bites(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) for (let at = 0; at < piece.length; at += BITE) yield piece.subarray(at, at + BITE);
}

function guarded(name: string, work: () => void): void {
  try {
    work();
  } catch {
    throw new ReadError('damaged_archive', name);
  }
}

/** A file of an archive as far as it has arrived. */
type Arriving = { name: string; pieces: Uint8Array[]; isWhole: boolean; isPassed: boolean };

/**
 * Lists and unpacks the files of a zip archive while it arrives, those in folders too, without what systems put in by
 * themselves. Each is to be read before the next one; what of it is not read is passed over.
 * @throws ReadError as `gunzip`
 */
export async function* unzip(bytes: AsyncIterable<Uint8Array>, name: string, maxBytes: number): AsyncGenerator<Entry> {
  const arriving: Arriving[] = [];
  let total = 0;
  let entries = 0;
  let trouble: ReadError | null = null;
  const begin = (file: UnzipFile) => {
    entries += 1;
    if (entries > MAX_ENTRIES) trouble ??= new ReadError('too_large', name);
    if (trouble || file.name.endsWith('/') || /(^|\/)(\.|__MACOSX)/.test(file.name)) return;
    const one: Arriving = { name: `${name}/${file.name}`, pieces: [], isWhole: false, isPassed: false };
    arriving.push(one);
    file.ondata = (error, piece, final) => {
      if (error) trouble ??= new ReadError('damaged_archive', one.name);
      total += piece?.length ?? 0;
      if (total > maxBytes) {
        trouble ??= new ReadError('too_large', one.name);
        file.terminate();
        return;
      }
      if (piece && !one.isPassed) one.pieces.push(piece);
      one.isWhole ||= final;
    };
    guarded(one.name, () => file.start());
  };
  const unpacker = new Unzip(begin);
  unpacker.register(UnzipInflate);
  const source = bites(bytes);
  let ended = false;
  /** Takes the next bite of the archive. @returns whether there was one */
  const advance = async () => {
    if (ended) return false;
    const { value, done } = await source.next();
    ended = done === true;
    guarded(name, () => unpacker.push(value ?? new Uint8Array(0), ended));
    if (trouble) throw trouble;
    return true;
  };
  for (;;) {
    const one = arriving[0];
    if (one) {
      const read = piecesOf(one, advance);
      yield { name: one.name, bytes: read };
      for await (const _ of read);
      one.isPassed = true;
      arriving.shift();
    } else if (!(await advance())) return;
  }
}

async function* piecesOf(one: Arriving, advance: () => Promise<boolean>): AsyncGenerator<Uint8Array> {
  for (;;) {
    for (let piece = one.pieces.shift(); piece; piece = one.pieces.shift()) yield piece;
    if (one.isWhole) return;
    if (!(await advance())) throw new ReadError('damaged_archive', one.name);
  }
}
