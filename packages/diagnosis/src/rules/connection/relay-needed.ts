import { connectedMs } from '../events.ts';
import type { Found, Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';
import { neverConnected } from './attempts.ts';
import { counted, gathered, hasServers, isAnswered } from './gathering.ts';

/**
 * A relay was needed and none is configured: only a relay was allowed, or both ends know their public addresses and still
 * found no way, as between two NATs that give every peer another port (RFC 4787, section 4.1).
 */
export const relayNeeded: Rule = {
  id: 'relay-needed',
  area: 'connection',
  explains: ['ice-failed', 'no-candidates', 'host-only'],
  find: (session) =>
    session.connections.flatMap((connection): Found[] => {
      if (hasServers(connection, 'turn')) return [];
      const failed = neverConnected(session, connection);
      const found = gathered(session, connection);
      const isOnly = connection.transportPolicy === 'relay' && connectedMs(session, connection.id) === null;
      const isBehindNat =
        failed !== null &&
        isAnswered(session, connection) &&
        found?.types.has('srflx') === true &&
        !found.types.has('relay');
      if (!isBehindNat && !(isOnly && (failed || found?.isComplete))) return [];
      return [
        {
          subject: ofConnection(connection),
          fromMs: found?.fromMs ?? failed!.fromMs,
          toMs: failed?.toMs ?? found!.toMs,
          severity: 'critical',
          confidence: isOnly ? 0.97 : connection.iceServers.length > 0 ? 0.85 : 0.65,
          evidence: counted(0),
          facts: { why: isOnly ? 'relay-only' : 'relay-none' },
        },
      ];
    }),
};
