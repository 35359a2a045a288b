import type { Candidate, SessionEvent } from './events.ts';
import type { ConnectionField, DeviceField, TrackField } from './fields.ts';
import { isInstant, Series } from './series.ts';
import type { Connection, LogLine, Participant, ReadProblem, Session, SessionFormat, Track } from './session.ts';

/** More than any honest source has; a hostile one must not fill the memory. */
const LIMITS = {
  participants: 1_000,
  connections: 2_000,
  tracks: 10_000,
  events: 100_000,
  logs: 200_000,
  problems: 100,
};

/** Lines of a log beyond these are kept only where they warn. */
const QUIET_LOGS = 50_000;

type Growing<T, F extends string> = Omit<T, 'samples'> & { samples: Series<F> };
export type GrowingConnection = Growing<Connection, ConnectionField>;
export type GrowingTrack = Growing<Track, TrackField>;
export type GrowingParticipant = Omit<Participant, 'device'> & { device: Series<DeviceField> };

/** What a track is when nothing but its place is known. */
type TrackPlace = Pick<Track, 'id' | 'connectionId' | 'participantId' | 'direction' | 'kind'>;

/**
 * Collects what a reader finds, in the order in which it finds it, and puts it in order at the end. What exceeds the
 * limits is dropped and told among the problems.
 */
export class SessionBuilder {
  /** May turn out to be another one of the same family while it is read. */
  format: SessionFormat;
  readonly #participants = new Map<string, GrowingParticipant>();
  readonly #connections = new Map<string, GrowingConnection>();
  readonly #tracks = new Map<string, GrowingTrack>();
  readonly #events: SessionEvent[] = [];
  readonly #logs: LogLine[] = [];
  readonly #problems: ReadProblem[] = [];
  readonly #exceeded = new Set<keyof typeof LIMITS>();
  readonly #selected = new Map<string, string>();

  constructor(format: SessionFormat) {
    this.format = format;
  }

  participant(id: string): GrowingParticipant {
    const known = this.#participants.get(id);
    if (known) return known;
    const fresh: GrowingParticipant = { id, name: null, userAgent: null, device: new Series() };
    if (this.#hasRoom('participants', this.#participants.size)) this.#participants.set(id, fresh);
    return fresh;
  }

  connection(id: string, participantId: string): GrowingConnection {
    const known = this.#connections.get(id);
    if (known) return known;
    this.participant(participantId);
    const fresh: GrowingConnection = {
      id,
      participantId,
      peerId: null,
      url: null,
      iceServers: [],
      transportPolicy: 'all',
      samples: new Series(),
    };
    if (this.#hasRoom('connections', this.#connections.size)) this.#connections.set(id, fresh);
    return fresh;
  }

  track(place: TrackPlace): GrowingTrack {
    const known = this.#tracks.get(place.id);
    if (known) return known;
    const fresh: GrowingTrack = {
      ...place,
      senderId: null,
      source: 'unknown',
      ssrc: null,
      mid: null,
      rid: null,
      mimeType: null,
      implementation: null,
      samples: new Series(),
    };
    if (this.#hasRoom('tracks', this.#tracks.size)) this.#tracks.set(place.id, fresh);
    return fresh;
  }

  event(event: SessionEvent): void {
    if (isInstant(event.atMs) && this.#hasRoom('events', this.#events.length)) this.#events.push(event);
  }

  /** The pair in use; told as an event only where it is another one than before. */
  pairSelected(connectionId: string, atMs: number, local: Candidate, remote: Candidate, transportId = ''): void {
    const key = JSON.stringify([local, remote]);
    // Sound and picture that are not bundled have a pair each, and neither is a change of the other.
    const place = `${connectionId} ${transportId}`;
    // A source may tell the same pair a second time without its transport.
    const known = this.#selected.get(place) ?? this.#selected.get(connectionId);
    this.#selected.set(place, key).set(connectionId, key);
    if (known === key) return;
    const participantId = this.#connections.get(connectionId)?.participantId ?? '';
    this.event({ type: 'pair_selected', atMs, participantId, connectionId, local, remote });
  }

  /** Of a long log all that warns is kept, and of the rest the beginning. */
  log(line: LogLine): void {
    if (line.atMs !== null && !isInstant(line.atMs)) return;
    const isLoud = line.level === 'warn' || line.level === 'error' || line.level === 'fatal';
    if (!isLoud && this.#logs.length >= QUIET_LOGS) this.#tooMany('logs');
    else if (this.#hasRoom('logs', this.#logs.length)) this.#logs.push(line);
  }

  problem(code: ReadProblem['code'], place: string): void {
    if (this.#problems.length < LIMITS.problems) this.#problems.push({ code, place: place.slice(0, 300) });
  }

  /**
   * Lets go of the samples, events and lines before an instant, for whoever watches without an end. Who took part, by which
   * connections and with which tracks stays known, and so does how things stood at that instant: who had muted what.
   */
  forgetBefore(atMs: number): void {
    for (const { device } of this.#participants.values()) device.forgetBefore(atMs);
    for (const { samples } of this.#connections.values()) samples.forgetBefore(atMs);
    for (const { samples } of this.#tracks.values()) samples.forgetBefore(atMs);
    const standing = new Map<string, SessionEvent>();
    for (const event of this.#events.toSorted((a, b) => a.atMs - b.atMs))
      if (event.atMs < atMs && STANDING.has(event.type)) standing.set(standingKey(event), { ...event, atMs });
    dropWhere(this.#events, (event) => event.atMs < atMs);
    for (const event of standing.values()) this.#events.push(event);
    dropWhere(this.#logs, (line) => line.atMs !== null && line.atMs < atMs);
  }

  /** @returns the session as far as it is known; more may be added and another one built */
  build(): Session {
    const events = this.#events.toSorted((a, b) => a.atMs - b.atMs);
    let fromMs = Number.POSITIVE_INFINITY;
    let toMs = Number.NEGATIVE_INFINITY;
    const reach = (first: number, last: number) => {
      if (first < fromMs) fromMs = first;
      if (last > toMs) toMs = last;
    };
    for (const { samples } of [...this.#connections.values(), ...this.#tracks.values()])
      if (samples.length > 0) reach(samples.atMs(0), samples.atMs(samples.length - 1));
    if (events.length > 0) reach(events[0]!.atMs, events.at(-1)!.atMs);
    for (const { atMs } of this.#logs) if (atMs !== null) reach(atMs, atMs);
    const isKnown = fromMs <= toMs;
    return {
      format: this.format,
      clock: isKnown && fromMs > EARLIEST_WALL_MS ? 'wall' : 'relative',
      fromMs: isKnown ? fromMs : 0,
      toMs: isKnown ? toMs : 0,
      participants: [...this.#participants.values()],
      connections: [...this.#connections.values()],
      tracks: [...this.#tracks.values()],
      events,
      logs: this.#logs,
      problems: this.#problems,
    };
  }

  #hasRoom(what: keyof typeof LIMITS, count: number): boolean {
    if (count < LIMITS[what]) return true;
    this.#tooMany(what);
    return false;
  }

  /** Told once for each kind. */
  #tooMany(what: keyof typeof LIMITS): void {
    if (!this.#exceeded.has(what)) this.problem('too_large', what);
    this.#exceeded.add(what);
  }
}

function dropWhere<T>(list: T[], isOld: (one: T) => boolean): void {
  const kept = list.filter((one) => !isOld(one));
  // One by one: there may be more of them than a function takes arguments.
  for (const [index, one] of kept.entries()) list[index] = one;
  list.length = kept.length;
}

/** Before WebRTC there was no call to measure: a smaller number is a time since the beginning. */
const EARLIEST_WALL_MS = Date.UTC(2011, 0, 1);

/** Events that say how things are from then on, until another one says otherwise. */
const STANDING: ReadonlySet<SessionEvent['type']> = new Set([
  'ice_state',
  'connection_state',
  'dtls_state',
  'pair_selected',
  'track_muted',
  'track_enabled',
  'signalling',
  'page_visible',
  'page_frozen',
  'online',
]);

function standingKey(event: SessionEvent): string {
  const { type, participantId } = event;
  return [type, participantId, 'connectionId' in event && event.connectionId, 'trackId' in event && event.trackId].join(
    ' ',
  );
}
