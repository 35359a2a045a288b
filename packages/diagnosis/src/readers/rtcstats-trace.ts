import type { SessionBuilder } from '../model/session-builder.ts';
import { StatsIngest } from '../stats/ingest.ts';
import type { Stat } from '../stats/reading.ts';
import { updateEvents } from './internals-events.ts';
import { MEMBER_CODES, METHOD_CODES, TYPE_CODES } from './rtcstats-codes.ts';

type Object_ = Record<string, unknown>;

/** How one connection's statistics stand, restored from what changed. */
type Known = { ingest: StatsIngest; stats: Map<string, Object_> };

/** What was asked of `getUserMedia`, for what comes of it. */
type Asked = { audio: boolean; video: boolean };

/**
 * Takes the records of an rtcstats trace one by one, whatever file they came in: calls and events by name, statistics as
 * what changed since the last time.
 */
export class RtcstatsTrace {
  readonly #into: SessionBuilder;
  readonly #known = new Map<string, Known>();
  readonly #asked = new Map<string, Asked>();
  #lastAsked: Asked | undefined;

  constructor(into: SessionBuilder) {
    this.#into = into;
    into.participant('self');
  }

  /** What the server wrote about who sent the trace. */
  about(metadata: Object_): void {
    if (typeof metadata.userAgent === 'string')
      this.#into.participant('self').userAgent = metadata.userAgent.slice(0, 500);
  }

  /**
   * @param method name or number
   * @param connection of which it is; null for what concerns the page
   * @param tracking by what a call and its outcome belong together
   */
  record(method: unknown, connection: unknown, value: unknown, tracking: unknown, atMs: number): void {
    const name = METHOD_CODES[String(method)] ?? String(method);
    const id = connection === null || connection === undefined ? null : String(connection);
    if (name.startsWith('navigator.') || name.startsWith('getUserMedia') || name.startsWith('getDisplayMedia')) {
      this.#capture(name, value, String(tracking ?? ''), atMs);
    } else if (id !== null && /^getstats$/i.test(name)) {
      if (isObject(value)) this.#statistics(id, value, atMs);
    } else if (id !== null && name === 'create') {
      this.#create(id, value);
    } else if (id !== null && name === 'restartIce') {
      this.#into.event({ type: 'ice_restarted', atMs, participantId: 'self', connectionId: id });
    } else if (id !== null) {
      const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
      for (const event of updateEvents(id, { type: name, value: text, timestamp: atMs }))
        this.#into.event({ ...event, participantId: 'self' });
    }
  }

  #create(id: string, value: unknown): void {
    const made = this.#into.connection(id, 'self');
    if (!isObject(value)) return;
    if (value.iceTransportPolicy === 'relay') made.transportPolicy = 'relay';
    if (!Array.isArray(value.iceServers)) return;
    made.iceServers = value.iceServers
      .flatMap((server: unknown) => (isObject(server) ? (server.urls ?? server.url ?? []) : []))
      .filter((url): url is string => typeof url === 'string')
      .slice(0, 50);
  }

  #capture(name: string, value: unknown, tracking: string, atMs: number): void {
    if (name.endsWith('ondevicechange')) {
      this.#into.event({ type: 'devices_changed', atMs, participantId: 'self' });
      return;
    }
    const isScreen = name.includes('DisplayMedia');
    if (!/On(Success|Failure)$/.test(name)) {
      if (!isObject(value)) return;
      this.#lastAsked = { audio: Boolean(value.audio), video: Boolean(value.video) };
      if (this.#asked.size < 1_000) this.#asked.set(tracking, this.#lastAsked);
      return;
    }
    const asked = this.#asked.get(tracking) ?? this.#lastAsked;
    const what = isScreen ? 'screen' : asked?.video ? 'camera' : asked?.audio ? 'microphone' : 'unknown';
    if (name.endsWith('OnSuccess')) {
      this.#into.event({ type: 'capture_started', atMs, participantId: 'self', what, label: null });
      return;
    }
    const text = isObject(value) ? `${value.name ?? ''}: ${value.message ?? ''}` : String(value ?? '');
    const [, error = 'unknown', message = ''] = /^(\w+):?\s*(.*)$/s.exec(text) ?? [];
    this.#into.event({
      type: 'capture_failed',
      atMs,
      participantId: 'self',
      what,
      name: error.replace('OverConstrained', 'Overconstrained'),
      text: message.slice(0, 500),
    });
  }

  #statistics(id: string, changed: Object_, atMs: number): void {
    let known = this.#known.get(id);
    if (!known) {
      known = { ingest: new StatsIngest(this.#into, id, 'self'), stats: new Map() };
      this.#known.set(id, known);
    }
    const common = changed.timestamp ?? changed.t;
    const takenMs = typeof common === 'number' && common > 0 ? common : atMs;
    for (const [statId, change] of Object.entries(changed)) {
      if (change === null) known.stats.delete(statId);
      else if (isObject(change) && known.stats.size < 10_000)
        known.stats.set(statId, restored(known.stats.get(statId), change, statId));
    }
    known.ingest.report(takenMs, [...known.stats.values()] as Stat[]);
  }
}

/** A statistic as it stands, from how it stood and what changed: whole values, and members of durations one by one. */
function restored(before: Object_ | undefined, change: Object_, id: string): Object_ {
  const now: Object_ = { ...before, id };
  for (const [code, value] of Object.entries(change)) {
    const member = MEMBER_CODES[code] ?? code;
    const was = now[member];
    if (member === 'type') now.type = TYPE_CODES[String(value)] ?? value;
    else now[member] = isObject(value) && isObject(was) ? { ...was, ...value } : value;
  }
  return now;
}

function isObject(value: unknown): value is Object_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
