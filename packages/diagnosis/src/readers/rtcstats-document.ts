import { putBack } from './json-record.ts';
import { JsonTrouble, walkJson } from './json-walk.ts';
import type { Reader } from './reader.ts';
import { RtcstatsTrace } from './rtcstats-trace.ts';

/** A record deeper than this is none, and one with more values neither. */
const MAX_VALUES = 200_000;

/** Reads the single document of the rtcstats family: `{peerConnections: {id: [{type, value, timestamp or time}]}}`. */
export const rtcstatsDocument: Reader = {
  format: 'rtcstats',
  recognises: (head) => /^\s*\{/.test(head) && /"peerConnections"\s*:\s*\{/.test(head),
  async read(bytes, into) {
    const trace = new RtcstatsTrace(into);
    let record: Record<string, unknown> = {};
    let values = 0;
    try {
      await walkJson(bytes, {
        value(path, value) {
          if (path.length === 1) trace.about({ [String(path[0])]: value });
          else if (path[0] === 'peerConnections' && path.length > 3 && ++values < MAX_VALUES)
            putBack(record, path.slice(3), value);
        },
        left(path) {
          if (path[0] !== 'peerConnections' || path.length !== 3) return;
          const { type, value, timestamp, time } = record;
          const atMs =
            typeof timestamp === 'number' ? timestamp : typeof time === 'number' ? time : Date.parse(String(time));
          const connection = path[1] === 'null' ? null : path[1];
          if (Number.isFinite(atMs)) trace.record(type, connection, value, undefined, atMs);
          else into.problem('unknown_record', `/${path.join('/')}`);
          record = {};
          values = 0;
        },
      });
    } catch (thrown) {
      if (!(thrown instanceof JsonTrouble)) throw thrown;
      into.problem(thrown.code, thrown.place);
    }
  },
};
