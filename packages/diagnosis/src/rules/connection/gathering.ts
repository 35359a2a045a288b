import type { Connection, Session } from '../../model/session.ts';
import { eventsOf } from '../events.ts';
import type { Evidence } from '../finding.ts';
import { iceServerOf } from './ice-servers.ts';

/** What a connection found out about how it can be reached itself. */
export type Gathered = { types: Set<string>; isComplete: boolean; fromMs: number; toMs: number };

/** @returns null where the source does not tell of gathering */
export function gathered(session: Session, { id }: Connection): Gathered | null {
  const states = eventsOf(session, 'gathering_state', id);
  const candidates = eventsOf(session, 'candidate', id).filter(({ side }) => side === 'local');
  if (states.length === 0 && candidates.length === 0) return null;
  const complete = states.findLast(({ state }) => state === 'complete');
  return {
    types: new Set(candidates.map(({ candidate }) => candidate.type)),
    isComplete: complete !== undefined,
    fromMs: states[0]?.atMs ?? candidates[0]!.atMs,
    toMs: complete?.atMs ?? session.toMs,
  };
}

/** Whether it was given servers of a kind. */
export const hasServers = ({ iceServers }: Connection, kind: 'stun' | 'turn') =>
  iceServers.some((url) => iceServerOf(url)?.kind === kind);

/** How many ways to be reached it has of those it would need. */
export const counted = (value: number): Evidence[] => [
  { measure: 'count' as const, value, worst: null, threshold: 1, trouble: 'below' as const },
];

/**
 * Whether the other end said how it can be reached, as far as anybody tells: where nothing came from it that the source
 * tells of other connections, whatever this end found is no reason.
 */
export function isAnswered(session: Session, { id }: Connection): boolean {
  const remote = session.events.filter((event) => event.type === 'candidate' && event.side === 'remote');
  return remote.length === 0 || remote.some((event) => 'connectionId' in event && event.connectionId === id);
}
