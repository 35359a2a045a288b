import type { SessionEvent, SessionEventType } from '../model/events.ts';
import type { Session } from '../model/session.ts';

/** An event of one type. */
export type EventOf<T extends SessionEventType> = Extract<SessionEvent, { type: T }>;

/** By type, by type and connection, by type and stream: many rules ask for each connection of a session. */
const INDEXES = new WeakMap<Session, ReadonlyMap<string, SessionEvent[]>>();

/**
 * @param of the connection or stream it concerns; all of them where none is named
 * @returns what happened of one type, in the order in which it happened
 */
export function eventsOf<T extends SessionEventType>(session: Session, type: T, of?: string): readonly EventOf<T>[] {
  return (indexOf(session).get(of === undefined ? type : `${type}\n${of}`) ?? []) as EventOf<T>[];
}

function indexOf(session: Session): ReadonlyMap<string, SessionEvent[]> {
  const known = INDEXES.get(session);
  if (known) return known;
  const index = new Map<string, SessionEvent[]>();
  const put = (key: string, event: SessionEvent) => {
    const same = index.get(key);
    if (same) same.push(event);
    else index.set(key, [event]);
  };
  for (const event of session.events) {
    put(event.type, event);
    if ('connectionId' in event) put(`${event.type}\n${event.connectionId}`, event);
    if ('trackId' in event) put(`${event.type}\n${event.trackId}`, event);
  }
  INDEXES.set(session, index);
  return index;
}

/** @returns when a connection first had a way to the other end; null where it never had, or nobody says */
export function connectedMs(session: Session, connectionId: string): number | null {
  const first = [
    eventsOf(session, 'pair_selected', connectionId)[0],
    eventsOf(session, 'ice_state', connectionId).find(({ state }) => isConnected(state)),
    eventsOf(session, 'connection_state', connectionId).find(({ state }) => state === 'connected'),
  ].flatMap((event) => event?.atMs ?? []);
  return first.length === 0 ? null : Math.min(...first);
}

/** @param state of ICE: `completed` is `connected` with nothing left to try */
export const isConnected = (state: string): boolean => state === 'connected' || state === 'completed';
