import type { Candidate } from '../../model/events.ts';
import type { Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';

/** Media goes over TCP or TLS, which waits for whatever is lost: usually because a firewall lets no UDP through. */
export const relayTcp: Rule = {
  id: 'relay-tcp',
  area: 'network',
  explains: ['high-rtt', 'high-jitter', 'video-freeze', 'choppy-audio'],
  find: (session) =>
    session.connections.flatMap((connection) => {
      const pairs = session.events.filter(
        (event) => event.type === 'pair_selected' && event.connectionId === connection.id,
      ) as Extract<(typeof session.events)[number], { type: 'pair_selected' }>[];
      return pairs.flatMap((pair, index) => {
        const transport = slowTransport(pair.local);
        if (transport === null) return [];
        return [
          {
            subject: ofConnection(connection),
            fromMs: pair.atMs,
            toMs: pairs[index + 1]?.atMs ?? session.toMs,
            severity: 'minor' as const,
            confidence: 0.95,
            evidence: [],
            facts: { transport, candidate: pair.local.type },
          },
        ];
      });
    }),
};

function slowTransport({ protocol, relayProtocol }: Candidate): 'TCP' | 'TLS' | null {
  if (relayProtocol === 'tls') return 'TLS';
  return relayProtocol === 'tcp' || protocol === 'tcp' ? 'TCP' : null;
}
