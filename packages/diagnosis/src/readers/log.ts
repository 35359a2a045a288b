import type { SessionBuilder } from '../model/session-builder.ts';
import { linesOf } from './lines.ts';
import { happeningsOf } from './log-happenings.ts';
import { recordOf } from './log-records.ts';
import { LogTimes } from './log-times.ts';
import type { Reader } from './reader.ts';

/** More of one line is a document in it, characters. */
const LONGEST_LINE = 8_000;

/**
 * Lines looked at to tell whether a text is a log, and the share of them that must name a time: traces go over several,
 * and a tool that watches a program's files names them all before the program's first line.
 */
const LOOKED_AT = 300;
const STAMPED_SHARE = 0.15;

/** Reads a client's log of lines: text with a time at the beginning of each, in any usual form, or an object of JSON each. */
export const log: Reader = {
  format: 'log',
  recognises(head) {
    // A document, however many dates are in it.
    if (/^\s*(?:<|\{\s*$|\[\s*$|\[\s*[[{])/m.test(head.slice(0, 200).split('\n', 1)[0] ?? '')) return false;
    const lines = head
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .slice(0, LOOKED_AT);
    const times = new LogTimes({});
    const stamped = lines.filter((line) => isStamped(line, times)).length;
    // What is indented belongs to the line before: of a trace every second line, or each.
    const belonging = lines.filter((line) => /^\s/.test(line) && !isStamped(line, times)).length;
    return stamped > 0 && stamped >= (lines.length - belonging) * STAMPED_SHARE;
  },
  async read(bytes, into, hints) {
    into.participant('self');
    const times = new LogTimes(hints);
    let lastMs: number | null = null;
    for await (const { text: line, number, isCut } of linesOf(bytes)) {
      if (isCut) into.problem('too_large', `line ${number}`);
      if (line.trim() === '') continue;
      const isJson = line.trimStart().startsWith('{');
      const record = isJson ? recordOf(line, times) : null;
      if (isJson && record === null && line.length > LONGEST_LINE) into.problem('malformed', `line ${number}`);
      if (record) {
        lastMs = record.atMs ?? lastMs;
        keepLine(into, lastMs, record.level, record.text);
        continue;
      }
      const stamp = times.read(line);
      lastMs = stamp?.atMs ?? lastMs;
      const text = stamp ? `${stamp.before}${stamp.after}` : line;
      keepLine(into, lastMs, stamp ? levelOf(stamp.before, stamp.after) : null, text);
    }
  },
};

function isStamped(line: string, times: LogTimes): boolean {
  return line.trimStart().startsWith('{') ? (recordOf(line, times)?.atMs ?? null) !== null : times.read(line) !== null;
}

/** Keeps a line, and what it says of the call. */
export function keepLine(into: SessionBuilder, atMs: number | null, level: string | null, said: string): void {
  const text = apart(said.slice(0, LONGEST_LINE).trim());
  into.log({ atMs, participantId: 'self', level, text });
  if (atMs === null) return;
  for (const event of happeningsOf(text, atMs, level)) {
    if ('connectionId' in event) into.connection(event.connectionId, 'self');
    into.event({ ...event, participantId: 'self' });
  }
}

/** The same text on its own: a piece of a larger one would keep all of that in memory. */
const apart = (text: string): string => JSON.parse(JSON.stringify(text));

const LEVELS: readonly [RegExp, string][] = [
  [/\b(?:FATAL|CRITICAL|PANIC|EMERG)\b|致命/i, 'fatal'],
  [/\b(?:ERROR|ERR|SEVERE|FAULT)\b|错误/i, 'error'],
  [/\b(?:WARN|WARNING)\b|警告/i, 'warn'],
  [/\b(?:INFO|NOTICE|LOG)\b|信息/i, 'info'],
  [/\b(?:DEBUG|DBG)\b|调试/i, 'debug'],
  [/\b(?:TRACE|VERBOSE|SILLY)\b/i, 'trace'],
];
const LETTERS: Readonly<Record<string, string>> = {
  F: 'fatal',
  E: 'error',
  W: 'warn',
  I: 'info',
  D: 'debug',
  V: 'trace',
};

/** A level stands beside the time: farther on in a line the same words are only words. */
function levelOf(before: string, after: string): string | null {
  // logcat: 12345 12345 E Tag:  or  E/Tag(123):  Agora: ][12345][E]:
  const letter = /^(?:\s*(?:\d+\s+\d+\s+)?([FEWIDV])(?:\/|\s+\S)|\]\[\d+\]\[([FEWIDV])\])/
    .exec(after)
    ?.slice(1)
    .find(Boolean);
  if (letter) return LETTERS[letter]!;
  const beside = after.slice(0, 40);
  const first = /^[^a-z0-9一-龥]*([a-z]+|[一-龥]{2})/i.exec(beside)?.[1];
  const marked = [...beside.matchAll(/[[(<|:]\s*([a-z]+|[一-龥]{2})\s*[\])>|:]/gi)].map(([, word]) => word);
  for (const word of [before.slice(-40), first, ...marked])
    for (const [name, level] of LEVELS) if (word && name.test(word)) return level;
  return null;
}
