import type { SessionEvent } from '../model/events.ts';
import type { Session } from '../model/session.ts';
import type { ReadDocument } from './read-sessions.ts';

/** Documents of one call, as one session. */
export type JoinedDocument = { names: string[]; session: Session };

/** A log may begin before a dump and end after it; so much may lie between them all the same, ms. */
const SLACK_MS = 60_000;

/** The same told twice, by a dump and by a log, ms. */
const SAME_MS = 3_000;

/**
 * Puts documents of one call together, by their times: a dump with the logs and requests of whoever saved it, and the dumps
 * of both ends with each other. What names no date, or is of another time, stays alone.
 */
export function joinSessions(documents: readonly ReadDocument[]): JoinedDocument[] {
  const groups: ReadDocument[][] = [];
  for (const document of [...documents.filter(isMeasured), ...documents.filter((one) => !isMeasured(one))]) {
    const fitting = groups
      .map((group) => ({
        group,
        overlapMs: Math.max(...group.map((other) => overlapOf(other.session, document.session))),
      }))
      .filter(({ group, overlapMs }) => overlapMs > (isMeasured(document) && group.some(isMeasured) ? 0 : -SLACK_MS))
      .sort((a, b) => b.overlapMs - a.overlapMs)[0];
    if (fitting) fitting.group.push(document);
    else groups.push([document]);
  }
  return groups.map((group) => ({ names: group.map(({ name }) => name), session: joined(group) }));
}

const isMeasured = ({ session }: ReadDocument) =>
  session.tracks.length > 0 || session.connections.some(({ samples }) => samples.length > 0);

/** @returns how long two went on at once, ms; below 0 how far apart they are */
function overlapOf(a: Session, b: Session): number {
  if (a.clock !== 'wall' || b.clock !== 'wall') return Number.NEGATIVE_INFINITY;
  return Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs);
}

function joined(group: readonly ReadDocument[]): Session {
  const [first, ...others] = ofEachEndOnce(group);
  let session = first!.session;
  let ends = 1;
  for (const { name, session: other } of others) {
    const isOtherEnd = isMeasured({ name, session: other });
    ends += Number(isOtherEnd);
    session = both(session, renamed(other, session, isOtherEnd ? `-${ends}` : ''));
  }
  return session;
}

/** A person who saves a dump twice is one end all the same: the longest of those that send the same stream is taken. */
function ofEachEndOnce(group: readonly ReadDocument[]): ReadDocument[] {
  const taken = new Set<number>();
  const doubled = new Set<ReadDocument>();
  const byLength = group.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  for (const document of byLength) {
    const sent = sentBy(document.session);
    if (sent.some((ssrc) => taken.has(ssrc))) doubled.add(document);
    else for (const ssrc of sent) taken.add(ssrc);
  }
  return group.filter((document) => !doubled.has(document));
}

const lengthOf = ({ session }: ReadDocument) => session.toMs - session.fromMs;

/** A server passes streams on with the numbers they came with: that it sends them too makes it nobody's double. */
function sentBy({ tracks, connections }: Session): number[] {
  const servers = new Set(connections.flatMap(({ id, peerId }) => (peerId === null ? [] : [id])));
  return tracks.flatMap(({ direction, connectionId, ssrc }) =>
    direction === 'send' && ssrc !== null && !servers.has(connectionId) ? [ssrc] : [],
  );
}

/** @param suffix of people who are others; none where it is the same person who tells */
function renamed(other: Session, first: Session, suffix: string): Session {
  const [only] = first.connections;
  // A log names no connection: where there is but one, it is of that.
  const connectionId = (id: string) =>
    suffix !== '' ? `${id}${suffix}` : id === 'log' && only && first.connections.length === 1 ? only.id : id;
  const trackId = (id: string) => `${id}${suffix}`;
  const person = (id: string) => `${id}${suffix}`;
  const event = (one: SessionEvent): SessionEvent => ({
    ...one,
    participantId: person(one.participantId),
    ...('connectionId' in one ? { connectionId: connectionId(one.connectionId) } : {}),
    ...('trackId' in one ? { trackId: trackId(one.trackId) } : {}),
  });
  return {
    ...other,
    participants: other.participants.map((one) => ({ ...one, id: person(one.id) })),
    connections: other.connections.map((one) => ({
      ...one,
      id: connectionId(one.id),
      participantId: person(one.participantId),
    })),
    tracks: other.tracks.map((one) => ({
      ...one,
      id: trackId(one.id),
      connectionId: connectionId(one.connectionId),
      participantId: person(one.participantId),
    })),
    events: other.events.map(event),
    logs: other.logs.map((line) => ({ ...line, participantId: person(line.participantId) })),
  };
}

function both(a: Session, b: Session): Session {
  const people = new Map(a.participants.map((one) => [one.id, one]));
  for (const one of b.participants) {
    const known = people.get(one.id);
    people.set(
      one.id,
      known ? { ...known, name: known.name ?? one.name, userAgent: known.userAgent ?? one.userAgent } : one,
    );
  }
  const connections = new Map(a.connections.map((one) => [one.id, one]));
  for (const one of b.connections) {
    const known = connections.get(one.id);
    connections.set(
      one.id,
      known ? { ...known, iceServers: [...new Set([...known.iceServers, ...one.iceServers])] } : one,
    );
  }
  return {
    ...a,
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
    participants: [...people.values()],
    connections: [...connections.values()],
    tracks: [...a.tracks, ...b.tracks],
    events: [...a.events, ...b.events.filter((event) => !isTold(event, a))].sort((x, y) => x.atMs - y.atMs),
    logs: [...a.logs, ...b.logs],
    problems: [...a.problems, ...b.problems],
  };
}

/** Whether another document says the same of the same moment. */
function isTold(event: SessionEvent, { events }: Session): boolean {
  const { atMs, ...what } = event;
  if (!('state' in what) && !('name' in what)) return false;
  const said = sayingOf(what);
  return events.some(
    (other) => other.type === what.type && Math.abs(other.atMs - atMs) < SAME_MS && sayingOf(other) === said,
  );
}

function sayingOf(event: Omit<SessionEvent, 'atMs'>): string {
  const { participantId, type } = event;
  const [state, name, connectionId] = ['state', 'name', 'connectionId'].map(
    (member) => (event as Record<string, unknown>)[member],
  );
  return JSON.stringify([participantId, type, state, name, connectionId]);
}
