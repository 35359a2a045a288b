import type { SessionBuilder } from '../model/session-builder.ts';
import { linesOf } from './lines.ts';
import type { Reader } from './reader.ts';
import { RtcstatsTrace } from './rtcstats-trace.ts';

/** The first line of a file of format 3 and later. */
const MARK = 'RTCStatsDump';

/** Reads rtcstats dumps of lines: `[method, connection, value, …, time, …]`, the older kind and that of file format 3. */
export const rtcstats: Reader = {
  format: 'rtcstats',
  recognises: (head) =>
    head.startsWith(`${MARK}\n`) || head.startsWith(`${MARK}\r\n`) || /^\["?[\w.]+"?,(null|"[^"\n]*"),/m.test(head),
  async read(bytes, into) {
    const trace = new RtcstatsTrace(into);
    let isNew = false;
    let lastMs = 0;
    for await (const { text, number, isCut } of linesOf(bytes)) {
      if (number === 1 && text === MARK) {
        isNew = true;
        continue;
      }
      if (text.trim() === '') continue;
      const line = parse(text, number, isCut, into);
      if (line === undefined) continue;
      if (!Array.isArray(line)) {
        trace.about(line as Record<string, unknown>);
        continue;
      }
      const [method, connection, value, ...rest] = line;
      // Jitsi's server numbers the lines behind the time.
      const time = isNew ? rest.at(-1) : rest.find((part) => typeof part === 'number');
      if (typeof time !== 'number' || !Number.isFinite(time)) {
        // The server closes a trace of the older kind without one.
        if (!isNew && method === 'close') continue;
        into.problem('unknown_record', `line ${number}`);
        continue;
      }
      // The new kind tells the time since the line before.
      lastMs = isNew ? lastMs + time : time;
      trace.record(method, connection, value, rest.length > 1 ? rest[0] : undefined, lastMs);
    }
  },
};

/** @returns an array or object; undefined, told as a problem, for what is neither */
function parse(text: string, number: number, isCut: boolean, into: SessionBuilder): unknown[] | object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
    into.problem('unknown_record', `line ${number}`);
  } catch {
    into.problem(isCut ? 'too_large' : 'malformed', `line ${number}`);
  }
  return undefined;
}
