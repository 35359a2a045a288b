import { connectedMs, eventsOf, isConnected } from '../events.ts';
import type { Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';

/** A restart belongs to what went wrong this long before it, and has helped if a way stands this long after it, ms. */
const REACH_MS = 60_000;

/** The connection was lost or threatened, and an ICE restart found a new way (RFC 8445, section 2.4). A note, not a fault. */
export const iceRestarted: Rule = {
  id: 'ice-restarted',
  area: 'network',
  thresholds: { reachMs: REACH_MS },
  explains: [],
  find: (session) =>
    session.connections.flatMap((connection) => {
      const states = eventsOf(session, 'ice_state', connection.id);
      const firstMs = connectedMs(session, connection.id);
      return eventsOf(session, 'ice_restarted', connection.id).flatMap((restart) => {
        if (firstMs === null || restart.atMs <= firstMs) return [];
        const back = states.find(
          ({ atMs, state }) => atMs > restart.atMs && atMs - restart.atMs <= REACH_MS && isConnected(state),
        );
        if (!back) return [];
        const lost = states.findLast(
          ({ atMs, state }) =>
            atMs <= restart.atMs && restart.atMs - atMs <= REACH_MS && (state === 'disconnected' || state === 'failed'),
        );
        const fromMs = lost?.atMs ?? restart.atMs;
        return [
          {
            subject: ofConnection(connection),
            fromMs,
            toMs: back.atMs,
            severity: 'minor' as const,
            confidence: 0.95,
            evidence: [
              {
                measure: 'durationMs' as const,
                value: back.atMs - fromMs,
                worst: null,
                threshold: null,
                trouble: 'above' as const,
              },
            ],
            facts: {},
          },
        ];
      });
    }),
};
