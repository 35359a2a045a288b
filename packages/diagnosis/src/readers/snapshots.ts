import type { SessionBuilder } from '../model/session-builder.ts';
import { rankOf } from '../stats/dialects.ts';
import { StatsIngest } from '../stats/ingest.ts';
import type { Stat } from '../stats/reading.ts';
import type { JsonPrimitive, JsonVisitor } from './json-walk.ts';
import { epochMs } from './log-times.ts';

type Fields = Record<string, unknown>;
type Path = readonly (string | number)[];
type Pending = { stat: Stat; path: Path };

/** Names programs give to what tells one connection from another. */
const CONNECTION_NAMES = [
  'pcid',
  'pcId',
  'pc',
  'peerConnectionId',
  'peerConnection',
  'connectionId',
  'connection',
  'peerId',
  'peer',
];
/** Names of wrappers, which tell nothing. */
const WRAPPERS =
  /^(?:stats?|reports?|snapshots?|samples?|data|items?|history|logs?|getstats|results?|rtcstats|webrtcstats|values|entries|payload|\w+Stats)$/i;
const TIME_NAMES = ['timestamp', 'time', 'ts', 't', 'at', 'date', 'capturedAt', 'createdAt'];
/** Objects in a statistic that belong to it. */
const INNER = new Set(['qualityLimitationDurations', 'members', 'values']);

const MOST_PENDING = 20_000;
const MOST_MEMBERS = 500;
const MOST_CONNECTIONS = 1_000;

/**
 * Finds statistics wherever they are in a document while it is walked through, and takes those of one connection and one
 * moment together as a report.
 */
export class Snapshots implements JsonVisitor {
  readonly #into: SessionBuilder;
  readonly #ingests = new Map<string, StatsIngest>();
  /** What is told so far of each object one is in, by its depth. */
  #frames: (Fields | undefined)[] = [];
  #pending: Pending[] = [];
  #servers: string[] = [];
  #found = 0;

  constructor(into: SessionBuilder) {
    this.#into = into;
    into.participant('self');
  }

  /** How many statistics were found. */
  get found(): number {
    return this.#found;
  }

  value(path: Path, value: JsonPrimitive): void {
    const name = path.at(-1);
    if (typeof name === 'number' || name === undefined) {
      if (typeof value === 'string' && path.includes('iceServers') && this.#servers.length < 50)
        this.#servers.push(value);
      return;
    }
    if (name === 'userAgent' && typeof value === 'string')
      this.#into.participant('self').userAgent ??= value.slice(0, 500);
    if (/^urls?$/.test(name) && typeof value === 'string' && path.includes('iceServers') && this.#servers.length < 50)
      this.#servers.push(value);
    const frame = this.#frameAt(path.length - 1);
    if (name !== '__proto__' && Object.keys(frame).length < MOST_MEMBERS) frame[name] = value;
  }

  left(path: Path): void {
    const depth = path.length;
    const fields = this.#frames[depth];
    this.#frames.length = Math.min(this.#frames.length, depth);
    const name = path.at(-1);
    if (fields && this.#isInner(path, fields)) return;
    const stat = fields && statOf(fields, name);
    if (stat) {
      this.#found += 1;
      this.#pending.push({ stat, path: [...path] });
      if (this.#pending.length >= MOST_PENDING) this.#flush({});
      return;
    }
    const isElement = typeof name === 'number' || depth === 0;
    const ends = fields !== undefined || this.#pending.slice(-2).filter((one) => isIn(one.path, path)).length > 1;
    if (isElement && ends && this.#pending.length > 0) this.#flush(fields ?? {});
  }

  /** Takes what is left; call it when the document ends. */
  flush(): void {
    this.#flush({});
  }

  #frameAt(depth: number): Fields {
    let frame = this.#frames[depth];
    if (!frame) {
      frame = {};
      this.#frames[depth] = frame;
    }
    return frame;
  }

  /** `{members: {…}}` and `{values: [{…}, …]}`, as applications on phones have them, and durations by reason. */
  #isInner(path: Path, fields: Fields): boolean {
    const [above, name] = path.slice(-2);
    if (typeof name === 'string' && INNER.has(name)) {
      const owner = this.#frameAt(path.length - 1);
      if (name === 'qualityLimitationDurations') owner[name] = fields;
      else Object.assign(owner, fields, pick(owner, ['id', 'type', 'timestamp']));
      return !statOf(fields, undefined);
    }
    if (typeof name !== 'number' || above !== 'values' || fields.type !== undefined) return false;
    Object.assign(this.#frameAt(path.length - 2), fields);
    return true;
  }

  #flush(wrapper: Fields): void {
    const around = [...this.#frames.filter((frame) => frame !== undefined), wrapper];
    const named = around.map(connectionNamed).findLast((name) => name !== null) ?? null;
    const toldMs = around.map((fields) => timeOf(fields)).findLast((atMs) => atMs !== null) ?? null;
    const reports = new Map<string, Map<string, Stat>>();
    for (const { stat, path } of this.#pending.splice(0)) {
      const connection = named ?? connectionIn(path);
      const report = reports.get(connection);
      const id = String(stat.id);
      const same = report?.get(id);
      if (report && !same) report.set(id, stat);
      // Firefox's copies repeat in each stream the codec and the other end's statistic.
      else if (same && timeOf(same) !== null && timeOf(same) === timeOf(stat)) continue;
      else {
        // The same statistic again is the next moment.
        if (report) this.#report(connection, report, null);
        reports.set(connection, new Map([[id, stat]]));
      }
    }
    for (const [connection, report] of reports) this.#report(connection, report, toldMs);
  }

  #report(connection: string, report: Map<string, Stat>, toldMs: number | null): void {
    const stats = [...report.values()];
    // What is told of the other end was measured earlier.
    const own = stats.filter(({ type }) => !String(type).startsWith('remote-'));
    const times = own.map((stat) => timeOf(stat)).filter((atMs) => atMs !== null);
    const atMs = times.length > 0 ? times.reduce((last, one) => Math.max(last, one)) : toldMs;
    if (atMs === null) {
      this.#into.problem('unknown_record', `${connection}: no time`);
      return;
    }
    let ingest = this.#ingests.get(connection);
    if (!ingest) {
      if (this.#ingests.size >= MOST_CONNECTIONS) return;
      ingest = new StatsIngest(this.#into, connection, 'self');
      this.#ingests.set(connection, ingest);
    }
    const made = this.#into.connection(connection, 'self');
    if (this.#servers.length > 0)
      made.iceServers = [...new Set([...made.iceServers, ...this.#servers.splice(0)])].slice(0, 50);
    ingest.report(
      atMs,
      stats.map((stat) => ({ ...stat, timestamp: timeOf(stat) ?? atMs })),
    );
  }
}

/** Whether a statistic stands in a list itself, not in something within it. */
const isIn = (stat: Path, list: Path) => stat.length === list.length + 1 && stat.at(-2) === list.at(-1);

/** @param name by which it stands in a map, which is its id where it tells none */
function statOf(fields: Fields, name: string | number | undefined): Stat | null {
  if (typeof fields.type !== 'string' || rankOf(fields) < 0) return null;
  // A candidate’s or a message’s `type` may be the same word: a statistic has a time or an id too.
  const id =
    fields.id ??
    (typeof name === 'string' ? name : fields.ssrc === undefined ? undefined : `${fields.type} ${fields.ssrc}`);
  if (id === undefined || (timeOf(fields) === null && fields.id === undefined)) return null;
  return { ...fields, id: String(id).slice(0, 200) };
}

function timeOf(fields: Fields): number | null {
  if (typeof fields.timestampUs === 'number') return fields.timestampUs / 1_000;
  for (const name of TIME_NAMES) {
    const value = fields[name];
    if (typeof value === 'number' && value > 0) return epochMs(value);
    if (typeof value !== 'string') continue;
    const atMs = /^\d+(\.\d+)?$/.test(value) ? epochMs(Number(value)) : Date.parse(value);
    if (Number.isFinite(atMs)) return atMs;
  }
  return null;
}

function connectionNamed(fields: Fields): string | null {
  for (const name of CONNECTION_NAMES) {
    const value = fields[name];
    if (typeof value === 'string' || typeof value === 'number') return String(value).slice(0, 100);
  }
  return null;
}

/** `{"pc1": [report, …]}`: by the first name on the way that is no wrapper’s and not the statistic’s own. */
function connectionIn(path: Path): string {
  const names = path.slice(0, -1).filter((part): part is string => typeof part === 'string' && !WRAPPERS.test(part));
  return names[0]?.slice(0, 100) ?? 'connection';
}

const pick = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]));
