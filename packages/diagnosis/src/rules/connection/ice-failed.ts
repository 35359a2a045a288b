import { eventsOf } from '../events.ts';
import type { Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';
import { failures, GIVEN_UP_MS, STUCK_MS } from './attempts.ts';

/** No way between the two ends was found, or the one there was is lost for good (RFC 8445, section 2). */
export const iceFailed: Rule = {
  id: 'ice-failed',
  area: 'connection',
  thresholds: { stuckMs: STUCK_MS, givenUpMs: GIVEN_UP_MS },
  explains: ['transport-stall', 'choppy-audio', 'video-freeze', 'packet-loss', 'one-way-audio', 'dtls-stuck'],
  find: (session) =>
    session.connections.flatMap((connection) =>
      failures(session, connection).map(({ fromMs, toMs, wasConnected, recovered, isTold }) => ({
        subject: ofConnection(connection),
        fromMs,
        toMs,
        severity: recovered ? ('major' as const) : ('critical' as const),
        confidence: isTold ? 0.97 : 0.8,
        evidence: [
          {
            measure: 'count' as const,
            value: eventsOf(session, 'candidate', connection.id).filter(({ side }) => side === 'remote').length,
            worst: null,
            threshold: null,
            trouble: 'below' as const,
          },
        ],
        facts: { after: wasConnected ? 'connected' : 'never' },
      })),
    ),
};
