import type { Session } from '../../model/session.ts';
import type { Found, Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';

/** No way between the two ends was found, or the one there was is lost for good (RFC 8445, section 2). */
export const iceFailed: Rule = {
  id: 'ice-failed',
  area: 'connection',
  explains: ['transport-stall', 'choppy-audio', 'video-freeze', 'packet-loss'],
  find: (session) => session.connections.flatMap((connection) => failures(session, connection)),
};

function failures(session: Session, connection: Session['connections'][number]): Found[] {
  const states = session.events.filter(
    (event) => event.type === 'ice_state' && event.connectionId === connection.id,
  ) as Extract<Session['events'][number], { type: 'ice_state' }>[];
  return states.flatMap((event, index) => {
    if (event.state !== 'failed') return [];
    const next = states.slice(index + 1).find(({ state }) => state === 'connected' || state === 'completed');
    const wasConnected = states.slice(0, index).some(({ state }) => state === 'connected' || state === 'completed');
    return [
      {
        subject: ofConnection(connection),
        fromMs: states[index - 1]?.atMs ?? event.atMs,
        toMs: next?.atMs ?? session.toMs,
        severity: next ? ('major' as const) : ('critical' as const),
        confidence: 0.97,
        evidence: [
          {
            measure: 'count' as const,
            value: candidatesOf(session, connection.id),
            worst: null,
            threshold: null,
            trouble: 'below' as const,
          },
        ],
        facts: { after: wasConnected ? 'connected' : 'never' },
      },
    ];
  });
}

const candidatesOf = (session: Session, connectionId: string) =>
  session.events.filter(
    (event) => event.type === 'candidate' && event.connectionId === connectionId && event.side === 'remote',
  ).length;
