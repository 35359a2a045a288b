import type { Found, Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';
import { neverConnected } from './attempts.ts';
import { counted, gathered, hasServers, isAnswered } from './gathering.ts';

/** Only addresses of the own network were found, and they did not do: the other end is elsewhere (RFC 8445, section 2.1). */
export const hostOnly: Rule = {
  id: 'host-only',
  area: 'connection',
  explains: ['ice-failed'],
  find: (session) =>
    session.connections.flatMap((connection): Found[] => {
      const failed = neverConnected(session, connection);
      const found = gathered(session, connection);
      if (!failed || !found || !isAnswered(session, connection) || found.types.size !== 1 || !found.types.has('host'))
        return [];
      const isConfigured = hasServers(connection, 'stun') || hasServers(connection, 'turn');
      return [
        {
          subject: ofConnection(connection),
          fromMs: found.fromMs,
          toMs: failed.toMs,
          severity: 'critical',
          confidence: isConfigured && found.isComplete ? 0.85 : 0.7,
          evidence: counted(0),
          facts: { servers: isConfigured ? 'servers-silent' : 'servers-none' },
        },
      ];
    }),
};
