import type { SessionBuilder } from '../model/session-builder.ts';
import { type HarEntry, HarTraffic } from './har-traffic.ts';
import { type JsonPrimitive, JsonTrouble, walkJson } from './json-walk.ts';
import type { Reader } from './reader.ts';

/** Reads an HTTP archive (HAR 1.2): requests as lines of a log, and what those of signalling say of the call. */
export const har: Reader = {
  format: 'har',
  recognises: (head) =>
    /^\s*\{/.test(head) && /"log"\s*:\s*\{/.test(head) && /"(?:entries|creator|browser|pages)"\s*:/.test(head),
  async read(bytes, into) {
    const traffic = new HarTraffic(into);
    let entry: HarEntry = {};
    let header: { name?: JsonPrimitive; value?: JsonPrimitive } = {};
    let message: Record<string, JsonPrimitive> = {};
    try {
      await walkJson(bytes, {
        value(path, value) {
          const [log, entries, , member, inner, place, last] = path;
          if (log !== 'log' || entries !== 'entries' || member === undefined) return;
          if (path.length === 4 || path.length === 5 || (inner === 'content' && path.length === 6))
            put(entry, path.slice(3).join('.'), value);
          else if (member === '_webSocketMessages' && path.length === 6) message[String(place)] = value;
          else if (member === 'request' && inner === 'headers' && path.length === 7)
            header[last === 'name' ? 'name' : 'value'] = value;
        },
        left(path) {
          if (path[1] !== 'entries') return;
          if (path.length === 3) {
            if (!traffic.entry(entry)) into.problem('unknown_record', `/${path.join('/')}`);
            entry = {};
          } else if (path.length === 5 && path[3] === '_webSocketMessages') {
            traffic.message(message);
            message = {};
          } else if (path.length === 6 && path[4] === 'headers') {
            agent(into, header);
            header = {};
          }
        },
      });
    } catch (thrown) {
      if (!(thrown instanceof JsonTrouble)) throw thrown;
      into.problem(thrown.code, thrown.place);
    }
  },
};

/** Members of an entry that say something of a call, and no more than a hostile one may hold. */
const MEMBERS =
  /^(?:startedDateTime|time|_error|_resourceType|request\.(?:method|url)|response\.(?:status|statusText|_error|content\.text))$/;

function put(entry: HarEntry, name: string, value: JsonPrimitive): void {
  if (MEMBERS.test(name)) entry[name] = value;
}

function agent(into: SessionBuilder, { name, value }: { name?: JsonPrimitive; value?: JsonPrimitive }): void {
  const person = into.participant('self');
  if (String(name).toLowerCase() === 'user-agent' && typeof value === 'string')
    person.userAgent ??= value.slice(0, 500);
}
