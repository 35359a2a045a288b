import type { Candidate } from '../../model/events.ts';
import { eventsOf } from '../events.ts';
import type { Found, Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';
import { neverConnected } from './attempts.ts';
import { counted } from './gathering.ts';

/**
 * Addresses that lead nowhere from elsewhere: of private networks (RFC 1918, RFC 4193), of a carrier's (RFC 6598), of one
 * link (RFC 3927, RFC 4291, section 2.5.6) and of the host itself.
 */
const PRIVATE =
  /^(?:10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|\[?(?:::1\]?$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:))/i;

/** Of names that hide an address (mDNS) and of masked ones nothing is known. */
const ADDRESS = /^\[?(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)\]?$/i;

/**
 * The TURN server stands behind a NAT and does not know its public address: it gives out the one it sees itself, at which
 * the other end, which is elsewhere, reaches nothing.
 */
export const relayPrivate: Rule = {
  id: 'relay-private',
  area: 'connection',
  explains: ['ice-failed'],
  find: (session) =>
    session.connections.flatMap((connection): Found[] => {
      const failed = neverConnected(session, connection);
      if (!failed) return [];
      const candidates = eventsOf(session, 'candidate', connection.id);
      const of = (side: 'local' | 'remote') =>
        candidates.flatMap((event) => (event.side === side && isTold(event.candidate) ? [event.candidate] : []));
      const relayed = of('local').filter(({ type }) => type === 'relay');
      const isElsewhere = of('remote').some(({ address }) => !PRIVATE.test(address));
      if (relayed.length === 0 || !isElsewhere || !relayed.every(({ address }) => PRIVATE.test(address))) return [];
      const isOnly = connection.transportPolicy === 'relay';
      return [
        {
          subject: ofConnection(connection),
          fromMs: failed.fromMs,
          toMs: failed.toMs,
          severity: 'critical',
          // Else another way might have done, and failed for reasons of its own.
          confidence: isOnly ? 0.9 : 0.75,
          evidence: counted(0),
          facts: { address: relayed[0]!.address },
        },
      ];
    }),
};

const isTold = (candidate: Candidate): candidate is Candidate & { address: string } =>
  candidate.address !== null && ADDRESS.test(candidate.address);
