import type { Session } from '../model/session.ts';
import { SessionBuilder } from '../model/session-builder.ts';
import { asUtf8, encodingOf } from './decoded.ts';
import { peek } from './peek.ts';
import { ReadError } from './read-error.ts';
import type { Reader, ReadingHints } from './reader.ts';
import { READERS } from './readers.ts';
import { isServerDump } from './server-dumps.ts';
import { type Entry, gunzip, MAX_NESTING, MAX_UNPACKED_BYTES, packingOf, unzip } from './unpack.ts';

/** What helps reading, and how much may be read. */
export type ReadingOptions = ReadingHints & {
  /** An archive that unpacks to more is refused. */
  maxUnpackedBytes?: number;
};

/** A document of a file, read. */
export type ReadDocument = { name: string; session: Session };

/**
 * Reads whatever was saved of a call: one session for each document in it. What can be read in part is given with its
 * problems.
 * @param name of the document, for messages
 * @param bytes in pieces of any size
 * @throws ReadError when nothing of it can be read
 */
export async function* readSessions(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  { maxUnpackedBytes = MAX_UNPACKED_BYTES, ...hints }: ReadingOptions = {},
): AsyncGenerator<ReadDocument> {
  let refused: ReadError | null = null;
  let count = 0;
  for await (const entry of entriesOf({ name, bytes }, maxUnpackedBytes, 0)) {
    const { head, all } = await peek(entry.bytes);
    if (head.length === 0) continue;
    const reader = readerOf(head);
    if (!reader) {
      // What is known and of no use is worth telling more than what is unknown.
      const code = isServerDump(textOf(head)) ? 'server_dump' : 'unknown_format';
      if (refused === null || (code === 'server_dump' && refused.code !== code))
        refused = new ReadError(code, entry.name);
      continue;
    }
    const builder = new SessionBuilder(reader.format);
    const document = asUtf8(all, head, (offset) => {
      if (!reader.holdsBrokenText) builder.problem('not_utf8', `${entry.name}, byte ${offset}`);
    });
    let trouble: ReadError | null = null;
    try {
      await reader.read(document, builder, hints);
    } catch (thrown) {
      if (!(thrown instanceof ReadError)) throw thrown;
      // The archive ends or breaks within: what came out of it before is kept.
      trouble = thrown;
      builder.problem(thrown.code === 'too_large' ? 'too_large' : 'truncated', thrown.place);
    }
    const session = builder.build();
    if (trouble && isEmpty(session)) throw trouble;
    count += 1;
    yield { name: entry.name, session };
    if (trouble) return;
  }
  if (count === 0) throw refused ?? new ReadError('empty', name);
}

const isEmpty = ({ events, logs, tracks, connections }: Session) =>
  events.length + logs.length + tracks.length + connections.length === 0;

const textOf = (head: Uint8Array) => new TextDecoder(encodingOf(head)).decode(head);

function readerOf(head: Uint8Array): Reader | undefined {
  const text = textOf(head);
  return isServerDump(text) ? undefined : READERS.find((candidate) => candidate.recognises(text));
}

async function* entriesOf(entry: Entry, maxBytes: number, depth: number): AsyncGenerator<Entry> {
  const { head, all } = await peek(entry.bytes);
  const packing = packingOf(head);
  if (packing === null) {
    yield { name: entry.name, bytes: all };
    return;
  }
  if (depth >= MAX_NESTING) throw new ReadError('too_large', entry.name);
  if (packing === 'gzip')
    yield* entriesOf({ name: entry.name, bytes: gunzip(all, entry.name, maxBytes) }, maxBytes, depth + 1);
  else for await (const inner of unzip(all, entry.name, maxBytes)) yield* entriesOf(inner, maxBytes, depth + 1);
}
