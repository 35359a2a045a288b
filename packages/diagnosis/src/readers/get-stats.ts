import type { SessionBuilder } from '../model/session-builder.ts';
import { type JsonPrimitive, JsonTrouble, type JsonVisitor, walkJson } from './json-walk.ts';
import { linesOf } from './lines.ts';
import { keepLine } from './log.ts';
import { logRecord } from './log-records.ts';
import { LogTimes } from './log-times.ts';
import { peek } from './peek.ts';
import type { Reader, ReadingHints } from './reader.ts';
import { Snapshots } from './snapshots.ts';

const TYPE =
  /\\?"type\\?"\s*:\s*\\?"(?:(?:remote-)?(?:inbound|outbound)-?rtp|candidate-?pair|transport|media-source|ssrc|googCandidatePair)\\?"/;

/**
 * Reads what programs save of `getStats()` themselves, and the sections one copies from Firefox's about:webrtc: reports as lists, as maps
 * by id or as pairs, one or many, in whatever they are wrapped, in one document or one a line.
 */
export const getStats: Reader = {
  format: 'get_stats',
  recognises: (head) => /^\s*[[{]/.test(head) && TYPE.test(head),
  async read(bytes, into, hints) {
    const snapshots = new Snapshots(into);
    const { head, all } = await peek(bytes);
    if (isOfLines(new TextDecoder().decode(head))) await readLines(all, into, snapshots, hints);
    else
      try {
        await walkJson(all, snapshots);
      } catch (thrown) {
        if (!(thrown instanceof JsonTrouble)) throw thrown;
        into.problem(thrown.code, thrown.place);
      }
    snapshots.flush();
  },
};

/** A document of one line has nothing after it. */
function isOfLines(head: string): boolean {
  const [first = '', ...rest] = head.split('\n').filter((line) => line.trim() !== '');
  return rest.length > 0 && isJson(first);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function readLines(
  bytes: AsyncIterable<Uint8Array>,
  into: SessionBuilder,
  snapshots: Snapshots,
  hints: ReadingHints,
): Promise<void> {
  const times = new LogTimes(hints);
  for await (const { text, number, isCut } of linesOf(bytes)) {
    if (text.trim() === '') continue;
    const before = snapshots.found;
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      into.problem(isCut ? 'too_large' : 'malformed', `line ${number}`);
      continue;
    }
    if (!visit(parsed, [], snapshots)) into.problem('too_deep', `line ${number}`);
    const isLog = snapshots.found === before && typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    if (!isLog) continue;
    const { atMs, level, text: said } = logRecord(parsed as Record<string, unknown>, times);
    keepLine(into, atMs, level, said);
  }
}

/** Deeper than any honest record nests. */
const MAX_DEPTH = 40;

/** Walks through what is parsed already as `walkJson` does. @returns whether all of it was visited */
function visit(value: unknown, path: (string | number)[], visitor: JsonVisitor): boolean {
  if (typeof value !== 'object' || value === null) {
    visitor.value(path, value as JsonPrimitive);
    return true;
  }
  if (path.length >= MAX_DEPTH) return false;
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const isWhole = entries.map(([name, inner]) => visit(inner, [...path, name], visitor)).every(Boolean);
  visitor.left?.(path);
  return isWhole;
}
