import { connectedMs } from '../events.ts';
import type { Found, Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';
import { counted, gathered } from './gathering.ts';

/** Gathering ended without a single way in which this end could be reached. */
export const noCandidates: Rule = {
  id: 'no-candidates',
  area: 'connection',
  explains: ['ice-failed', 'host-only'],
  find: (session) =>
    session.connections.flatMap((connection): Found[] => {
      const found = gathered(session, connection);
      if (!found?.isComplete || found.types.size > 0 || connectedMs(session, connection.id) !== null) return [];
      return [
        {
          subject: ofConnection(connection),
          fromMs: found.fromMs,
          toMs: found.toMs,
          severity: 'critical',
          confidence: 0.9,
          evidence: counted(0),
          facts: {},
        },
      ];
    }),
};
