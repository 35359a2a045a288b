import type { Session } from '../../model/session.ts';
import { connectedMs, type EventOf, eventsOf } from '../events.ts';

/** While a connection is made, ICE tries one pair after another (RFC 8445, section 8.1.1): that is no change, ms. */
const SETTLING_MS = 10_000;

export type PairChange = { before: EventOf<'pair_selected'>; now: EventOf<'pair_selected'> };

/** @returns each time a connection that stood went over to another pair of candidates */
export function pairChanges(session: Session, connectionId: string): PairChange[] {
  const settledMs = (connectedMs(session, connectionId) ?? Number.POSITIVE_INFINITY) + SETTLING_MS;
  const pairs = eventsOf(session, 'pair_selected', connectionId);
  return pairs.flatMap((now, index) =>
    index > 0 && now.atMs >= settledMs ? [{ before: pairs[index - 1]!, now }] : [],
  );
}
