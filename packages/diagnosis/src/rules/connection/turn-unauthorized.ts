import type { Session } from '../../model/session.ts';
import { eventsOf } from '../events.ts';
import { keyOfServer, type Refusal } from './ice-servers.ts';
import { refusedServerRule } from './refused-server-rule.ts';
import { isUnauthorized } from './turn-codes.ts';

/** A TURN server does not accept name and password, or no longer. */
export const turnUnauthorized = refusedServerRule('turn-unauthorized', isUnauthorized, 0.95, (refusal, session) => ({
  why: isExpired(refusal, session) ? 'credentials-expired' : 'credentials-wrong',
}));

/** Whether the server says so, or took the same credentials before, on another connection or earlier on this. */
function isExpired(refusal: Refusal, session: Session): boolean {
  if (/expired?|stale/i.test(refusal.text) || refusal.codes.includes(438)) return true;
  return eventsOf(session, 'candidate').some(
    ({ side, atMs, candidate }) =>
      side === 'local' &&
      candidate.type === 'relay' &&
      candidate.url !== null &&
      keyOfServer(candidate.url) === keyOfServer(refusal.url) &&
      atMs < refusal.fromMs,
  );
}
