import type { Session } from '../model/session.ts';
import { SessionBuilder } from '../model/session-builder.ts';
import { ReadError } from './read-error.ts';
import type { Reader } from './reader.ts';
import { rtcstats } from './rtcstats.ts';
import { rtcstatsDocument } from './rtcstats-document.ts';
import { type Entry, gunzip, MAX_UNPACKED_BYTES, unzip } from './unpack.ts';
import { webrtcInternals } from './webrtc-internals.ts';

const READERS: readonly Reader[] = [webrtcInternals, rtcstats, rtcstatsDocument];

/** What a document is is told by its beginning, bytes. */
const HEAD_BYTES = 64 * 1024;

/** Archives in archives in archives are nobody's dump. */
const MAX_NESTING = 2;

/**
 * Reads whatever was saved of a call: one session for each document in it.
 * @param name of the document, for messages
 * @param bytes in pieces of any size
 * @param maxUnpackedBytes an archive that unpacks to more is refused
 * @throws ReadError when nothing of it can be read
 */
export async function* readSessions(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  maxUnpackedBytes = MAX_UNPACKED_BYTES,
): AsyncGenerator<{ name: string; session: Session }> {
  let unknown: string | null = null;
  let count = 0;
  for await (const entry of entriesOf({ name, bytes }, maxUnpackedBytes, 0)) {
    const { head, all } = await peek(entry.bytes);
    if (head.length === 0) continue;
    const text = new TextDecoder('utf-8').decode(head);
    const reader = READERS.find((candidate) => candidate.recognises(text));
    if (!reader) {
      unknown ??= entry.name;
      continue;
    }
    const builder = new SessionBuilder(reader.format);
    await reader.read(all, builder);
    count += 1;
    yield { name: entry.name, session: builder.build() };
  }
  if (count === 0) throw new ReadError(unknown === null ? 'empty' : 'unknown_format', unknown ?? name);
}

async function* entriesOf(entry: Entry, maxBytes: number, depth: number): AsyncGenerator<Entry> {
  const { head, all } = await peek(entry.bytes);
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const isZip = head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
  if (!isGzip && !isZip) {
    yield { name: entry.name, bytes: all };
    return;
  }
  if (depth >= MAX_NESTING) throw new ReadError('too_large', entry.name);
  if (isGzip) yield* entriesOf({ name: entry.name, bytes: gunzip(all, entry.name, maxBytes) }, maxBytes, depth + 1);
  else for await (const inner of unzip(all, entry.name, maxBytes)) yield* entriesOf(inner, maxBytes, depth + 1);
}

/** @returns the first bytes, and all of them as if none had been looked at */
async function peek(bytes: AsyncIterable<Uint8Array>): Promise<{ head: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < HEAD_BYTES && !ended) {
    const { value, done } = await iterator.next();
    ended = done === true;
    if (!ended && value.length > 0) {
      seen.push(value);
      length += value.length;
    }
  }
  const head = new Uint8Array(Math.min(length, HEAD_BYTES));
  let at = 0;
  for (const piece of seen) {
    head.set(piece.subarray(0, head.length - at), at);
    at = Math.min(head.length, at + piece.length);
  }
  async function* all() {
    yield* seen;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return { head, all: all() };
}
