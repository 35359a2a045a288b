import type { SessionBuilder } from '../model/session-builder.ts';
import { rankOf } from '../stats/dialects.ts';
import { StatsIngest } from '../stats/ingest.ts';
import { legacyTypeOf } from '../stats/legacy.ts';
import { parseColumn, rowOf, rowTimes, type StatColumns } from './columns.ts';
import { captureEvent, type Fields, instantOf, timeOf, updateEvents } from './internals-events.ts';
import { isWithoutZone, zoneShiftMs } from './internals-zone.ts';
import { type JsonPrimitive, JsonTrouble, walkJson } from './json-walk.ts';
import type { Reader } from './reader.ts';

/** `<id of the statistic>-<member>`; members Chromium reckons itself stand in brackets and are left out. */
const MEMBER = /^(.+)-([A-Za-z][A-Za-z0-9_]*)$/;

/** What is read of one peer connection before its end is reached. */
type Open = {
  url: string | null;
  configuration: string | null;
  stats: Map<string, StatColumns>;
  update: Fields;
  updates: Fields[];
};

/** By how much times without a zone are off, ms: one browser wrote all of a dump. Null while nothing has told. */
type Zone = { shiftMs: number | null };

/**
 * Reads the dump chrome://webrtc-internals saves: of each connection its log and each member of each statistic through
 * all its time. Pages and processes are told apart, people are not: all of it is one participant's.
 */
export const webrtcInternals: Reader = {
  format: 'webrtc_internals',
  recognises: (head) => /^\s*\{/.test(head) && /"(PeerConnections|getUserMedia|UserAgent)"\s*:/.test(head),
  async read(bytes, into) {
    const person = into.participant('self');
    const open = new Map<string, Open>();
    let capture: Fields = {};
    const asked = new Map<string, Fields>();
    const zone: Zone = { shiftMs: null };
    const later: [id: string, updates: Fields[]][] = [];
    const finish = (id: string, connection: Open | undefined) => {
      if (!connection) return;
      addStats(into, id, connection, zone);
      later.push([id, connection.updates]);
    };
    try {
      await walkJson(bytes, {
        value(path, value) {
          if (path[0] === 'UserAgent' && typeof value === 'string') person.userAgent = value.slice(0, 500);
          else if (path[0] === 'getUserMedia' && path.length === 3) capture[String(path[2])] = value;
          else if (path[0] === 'PeerConnections' && path.length > 2)
            take(connectionOf(open, String(path[1])), path, value);
        },
        left(path) {
          if (path[0] === 'getUserMedia' && path.length === 2) {
            const request = `${capture.pid} ${capture.rid} ${capture.request_id}`;
            const event = captureEvent(capture, asked.get(request));
            if (capture.request_id !== undefined && !event) asked.set(request, capture);
            if (event) into.event({ ...event, participantId: person.id });
            capture = {};
          } else if (path[0] === 'PeerConnections' && path.length === 4 && path[2] === 'updateLog') {
            const connection = connectionOf(open, String(path[1]));
            connection.updates.push(connection.update);
            connection.update = {};
          } else if (path[0] === 'PeerConnections' && path.length === 2) {
            finish(String(path[1]), open.get(String(path[1])));
            open.delete(String(path[1]));
          }
        },
      });
    } catch (thrown) {
      if (!(thrown instanceof JsonTrouble)) throw thrown;
      into.problem(thrown.code, thrown.place);
      for (const [id, connection] of open) finish(id, connection);
    }
    // Last, since a connection without statistics is placed by those of the others.
    for (const [id, updates] of later) addLog(into, id, updates, zone.shiftMs ?? 0);
  },
};

function connectionOf(open: Map<string, Open>, id: string): Open {
  const known = open.get(id);
  if (known) return known;
  const fresh: Open = { url: null, configuration: null, stats: new Map(), update: {}, updates: [] };
  open.set(id, fresh);
  return fresh;
}

function take(connection: Open, path: readonly (string | number)[], value: JsonPrimitive): void {
  const [, , member, key, field] = path;
  if (member === 'url' && typeof value === 'string') connection.url = value;
  else if (member === 'rtcConfiguration' && typeof value === 'string') connection.configuration = value;
  else if (member === 'updateLog' && path.length === 5) connection.update[String(field)] = value;
  else if (member === 'stats' && path.length === 5) takeStat(connection, String(key), String(field), value);
}

function takeStat(connection: Open, key: string, field: string, value: JsonPrimitive): void {
  const [, id, member] = MEMBER.exec(key) ?? [];
  if (id === undefined || member === undefined || typeof value !== 'string') return;
  let columns = connection.stats.get(id);
  if (!columns) {
    columns = { id, type: '', fromMs: Number.NaN, toMs: Number.NaN, members: new Map() };
    connection.stats.set(id, columns);
  }
  if (field === 'statsType') columns.type = value;
  else if (field === 'startTime') columns.fromMs = earlier(columns.fromMs, Date.parse(value));
  else if (field === 'endTime') columns.toMs = -earlier(-columns.toMs, -Date.parse(value));
  else if (field === 'values') {
    const column = parseColumn(value);
    if (column) columns.members.set(member, column);
  }
}

const earlier = (a: number, b: number) => (Number.isNaN(a) || b < a ? b : a);

function addStats(into: SessionBuilder, id: string, connection: Open, zone: Zone): void {
  const made = into.connection(id, 'self');
  made.url = connection.url;
  configure(made, connection.configuration);
  const ingest = new StatsIngest(into, id, 'self');
  const stats = [...connection.stats.values()].map((columns) => ({ columns, times: rowTimes(columns) }));
  const rank = stats.map(({ columns }) => rankOf(columns));
  if (stats.some(({ columns }) => legacyTypeOf(columns) !== null)) into.format = 'webrtc_internals_legacy';
  const rows: { stat: number; row: number; atMs: number }[] = [];
  stats.forEach(({ times }, stat) => {
    if (rank[stat]! < 0) return;
    for (const [row, atMs] of times.entries()) rows.push({ stat, row, atMs });
  });
  rows.sort((a, b) => a.atMs - b.atMs || rank[a.stat]! - rank[b.stat]!);
  const zoneless = connection.updates.map(timeOf).filter(isWithoutZone).map(instantOf).filter(Number.isFinite);
  if (zoneless.length > 0 && rows.length > 0) zone.shiftMs ??= zoneShiftMs(zoneless, rows[0]!.atMs, rows.at(-1)!.atMs);
  for (const { stat, row, atMs } of rows) {
    const { columns, times } = stats[stat]!;
    ingest.add(atMs, rowOf(columns, row, times.length));
  }
}

function addLog(into: SessionBuilder, id: string, updates: readonly Fields[], shiftMs: number): void {
  for (const update of updates) {
    const byMs = isWithoutZone(timeOf(update)) ? shiftMs : 0;
    for (const event of updateEvents(id, update))
      into.event({ ...event, atMs: event.atMs + byMs, participantId: 'self' });
  }
}

/** @param configuration `RTCConfiguration` as JSON, which Chromium writes with credentials left out */
function configure(
  made: { iceServers: string[]; transportPolicy: 'all' | 'relay' },
  configuration: string | null,
): void {
  try {
    const { iceServers, iceTransportPolicy } = JSON.parse(configuration ?? '{}');
    if (iceTransportPolicy === 'relay') made.transportPolicy = 'relay';
    if (Array.isArray(iceServers))
      made.iceServers = iceServers.flatMap((server) => server?.urls ?? []).filter((url) => typeof url === 'string');
  } catch {
    // Older Chromium writes it as text for people: nothing depends on it.
  }
}
