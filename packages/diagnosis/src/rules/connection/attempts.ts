import type { Connection, Session } from '../../model/session.ts';
import { connectedMs, eventsOf, isConnected } from '../events.ts';

/**
 * Whoever still checks after so long is stuck: libwebrtc gives a pair up after 15 s without an answer
 * (CONNECTION_WRITE_TIMEOUT), and a relay over TLS takes less than half of this. Should a way be found after all, nothing
 * is said any more.
 */
export const STUCK_MS = 7_000;
/**
 * Programs give up sooner: livekit-client closes a connection that does not stand after 15 s, and ICE then never says that
 * it failed. A person who leaves sooner than this was not stuck.
 */
export const GIVEN_UP_MS = 10_000;

export type Failure = {
  fromMs: number;
  toMs: number;
  /** Whether it stood before, found a way again later, and how it is known. */
  wasConnected: boolean;
  recovered: boolean;
  isTold: boolean;
};

/** @returns each time a connection found no way, or gave up the one it had */
export function failures(session: Session, { id }: Connection): Failure[] {
  const states = eventsOf(session, 'ice_state', id);
  const told = states.length > 0 ? states : eventsOf(session, 'connection_state', id);
  const dtlsFailed = eventsOf(session, 'dtls_state', id).some(({ state }) => state === 'failed');
  const found: Failure[] = [];
  for (const [index, { atMs, state }] of told.entries()) {
    const before = told.slice(0, index);
    const wasConnected = before.some((earlier) => isConnected(earlier.state));
    if (state === 'failed' && !(states.length === 0 && dtlsFailed)) {
      const back = told.slice(index + 1).find((later) => isConnected(later.state));
      found.push({
        fromMs: before.at(-1)?.atMs ?? atMs,
        toMs: back?.atMs ?? session.toMs,
        wasConnected,
        recovered: back !== undefined,
        isTold: states.length > 0,
      });
    }
  }
  const whole = states.length === 0 ? undefined : failedAsAWhole(session, id);
  if (whole && found.length === 0) found.push(whole);
  const givenUp = givenUpInChecking(session, id);
  if (givenUp && found.length === 0) found.push(givenUp);
  const last = states.at(-1);
  const isStuck =
    last?.state === 'checking' && connectedMs(session, id) === null && session.toMs - last.atMs >= STUCK_MS;
  if (isStuck && !isClosed(session, id))
    found.push({ fromMs: last.atMs, toMs: session.toMs, wasConnected: false, recovered: false, isTold: false });
  return found;
}

/** Closed while it still checked, after having had time enough. */
function givenUpInChecking(session: Session, connectionId: string): Failure | undefined {
  if (connectedMs(session, connectionId) !== null) return undefined;
  const checking = eventsOf(session, 'ice_state', connectionId).find(({ state }) => state === 'checking');
  const closed = [
    ...eventsOf(session, 'ice_state', connectionId),
    ...eventsOf(session, 'connection_state', connectionId),
  ].find(({ state }) => state === 'closed');
  if (!checking || !closed || closed.atMs - checking.atMs < GIVEN_UP_MS) return undefined;
  return { fromMs: checking.atMs, toMs: closed.atMs, wasConnected: false, recovered: false, isTold: false };
}

/** Older Chromium leaves ICE in “disconnected” where it never found a way, and only the connection as a whole fails. */
function failedAsAWhole(session: Session, connectionId: string): Failure | undefined {
  if (connectedMs(session, connectionId) !== null) return undefined;
  const failed = eventsOf(session, 'connection_state', connectionId).find(({ state }) => state === 'failed');
  const tried = eventsOf(session, 'ice_state', connectionId)[0];
  if (!failed || !tried) return undefined;
  return { fromMs: tried.atMs, toMs: session.toMs, wasConnected: false, recovered: false, isTold: true };
}

/** Whether somebody hung up, as far as it is told. */
export function isClosed(session: Session, connectionId: string): boolean {
  return [...eventsOf(session, 'ice_state', connectionId), ...eventsOf(session, 'connection_state', connectionId)].some(
    ({ state }) => state === 'closed',
  );
}

/** @returns the attempt that never became a connection; null where one stood at some time, or none failed */
export function neverConnected(session: Session, connection: Connection): Failure | null {
  if (connectedMs(session, connection.id) !== null) return null;
  return failures(session, connection)[0] ?? null;
}
