import type { Candidate } from '../../model/events.ts';
import type { Connection, Session } from '../../model/session.ts';
import { eventsOf } from '../events.ts';
import type { Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';

/** Media goes over TCP or TLS, which waits for whatever is lost: usually because a firewall lets no UDP through. */
export const relayTcp: Rule = {
  id: 'relay-tcp',
  area: 'network',
  explains: [
    'high-rtt',
    'high-jitter',
    'video-freeze',
    'choppy-audio',
    'congestion',
    'time-stretched-audio',
    'ice-server-unreachable',
  ],
  find: (session) =>
    session.connections.flatMap((connection) => {
      const pairs = eventsOf(session, 'pair_selected', connection.id);
      const udp = udpOf(session, connection);
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
            facts: { transport, candidate: pair.local.type, udp },
          },
        ];
      });
    }),
};

function slowTransport({ protocol, relayProtocol }: Candidate): 'TCP' | 'TLS' | null {
  if (relayProtocol === 'tls') return 'TLS';
  return relayProtocol === 'tcp' || protocol === 'tcp' ? 'TCP' : null;
}

/** Whether UDP was tried without an answer, never meant to be used, or nobody knows. */
function udpOf(session: Session, { id, iceServers, transportPolicy }: Connection): string {
  const isUdp = (url: string) => /^(stun|turn):/.test(url) && !/transport=tcp/.test(url);
  const unanswered = eventsOf(session, 'candidate_error', id).some(({ code, url }) => code === 701 && isUdp(url));
  if (unanswered) return 'udp-unanswered';
  const isOffered = iceServers.length === 0 || iceServers.some(isUdp);
  return transportPolicy === 'relay' && !isOffered ? 'udp-not-offered' : 'udp-unknown';
}
