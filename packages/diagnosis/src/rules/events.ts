import type { SessionEvent, SessionEventType } from '../model/events.ts';
import type { Session } from '../model/session.ts';

/** An event of one type. */
export type EventOf<T extends SessionEventType> = Extract<SessionEvent, { type: T }>;

/** @returns what happened of one type, in the order in which it happened; of one connection where one is named */
export function eventsOf<T extends SessionEventType>(session: Session, type: T, connectionId?: string): EventOf<T>[] {
  return session.events.filter(
    (event) =>
      event.type === type &&
      (connectionId === undefined || ('connectionId' in event && event.connectionId === connectionId)),
  ) as EventOf<T>[];
}

/** @returns when a connection first had a way to the other end; null where it never had, or nobody says */
export function connectedMs(session: Session, connectionId: string): number | null {
  const first = session.events.find(
    (event) =>
      (event.type === 'pair_selected' && event.connectionId === connectionId) ||
      (event.type === 'ice_state' && event.connectionId === connectionId && isConnected(event.state)) ||
      (event.type === 'connection_state' && event.connectionId === connectionId && event.state === 'connected'),
  );
  return first?.atMs ?? null;
}

/** @param state of ICE: `completed` is `connected` with nothing left to try */
export const isConnected = (state: string): boolean => state === 'connected' || state === 'completed';
