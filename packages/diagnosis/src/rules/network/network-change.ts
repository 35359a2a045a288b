import type { Candidate } from '../../model/events.ts';
import type { Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';
import { pairChanges } from './pair-changes.ts';

/** What comes of a change is over after this: ICE gives up a way after 15 s without an answer (libwebrtc's write timeout). */
const AFTERMATH_MS = 15_000;

/** The device went over to another network in the midst of the call: from Wi-Fi to mobile, or into a VPN. */
export const networkChange: Rule = {
  id: 'network-change',
  area: 'network',
  thresholds: { aftermathMs: AFTERMATH_MS },
  explains: [
    'transport-stall',
    'ice-restarted',
    'ice-failed',
    'consent-lost',
    'signalling-lost',
    'packet-loss',
    'high-jitter',
    'congestion',
    'choppy-audio',
    'video-freeze',
    'low-frame-rate',
    'bandwidth-limited',
  ],
  find: (session) =>
    session.connections.flatMap((connection) =>
      pairChanges(session, connection.id).flatMap(({ before, now }) => {
        const changed = changeOf(before.local, now.local);
        if (!changed) return [];
        return [
          {
            subject: ofConnection(connection),
            fromMs: now.atMs,
            toMs: Math.min(session.toMs, now.atMs + AFTERMATH_MS),
            severity: 'minor' as const,
            confidence: changed.isTold ? 0.95 : 0.7,
            evidence: [],
            facts: { before: changed.before, after: changed.after },
          },
        ];
      }),
    ),
};

function changeOf(before: Candidate, now: Candidate): { before: string; after: string; isTold: boolean } | null {
  if (before.networkType !== null && now.networkType !== null)
    return before.networkType === now.networkType
      ? null
      : { before: before.networkType, after: now.networkType, isTold: true };
  // The platform does not tell: another own address is another network, but a relay's says nothing of it.
  const isOwn = before.type === 'host' && now.type === 'host' && before.address !== null && now.address !== null;
  if (!isOwn || before.address === now.address || isIpv6(before.address!) !== isIpv6(now.address!)) return null;
  return { before: 'another-network', after: 'this-network', isTold: false };
}

const isIpv6 = (address: string) => address.includes(':');
