import { isIPv6 } from 'node:net';
import type { PipeCandidate } from './pipe.ts';

/** The value of an `a=candidate` line and of `RTCIceCandidateInit.candidate`: `candidate:…` without `a=`. */
export function candidateToSdp(candidate: PipeCandidate): string {
  const { foundation, component, protocol, priority, address, port, type, tcpType } = candidate;
  const tail = tcpType ? ` tcptype ${tcpType}` : '';
  return `candidate:${foundation} ${component} ${protocol} ${priority} ${address} ${port} typ ${type}${tail}`;
}

/**
 * Candidates for the addresses we announce, best first. Priorities follow RFC 8445 §5.1.2 with UDP above TCP and the
 * given order kept; the foundation must differ by address and protocol.
 */
export function hostCandidates(
  addresses: readonly string[],
  udpPort: number | undefined,
  tcpPort: number | undefined,
): PipeCandidate[] {
  const candidates: PipeCandidate[] = [];
  addresses.forEach((address, i) => {
    // IPv6 a little first among equals would hurt nobody, but many networks' IPv6 is worse tended than their IPv4.
    const local = 65_535 - 2 * i - (isIPv6(address) ? 1 : 0);
    if (udpPort !== undefined) {
      candidates.push({
        foundation: `u${i + 1}`,
        component: 1,
        protocol: 'udp',
        priority: hostPriority(126, local),
        address,
        port: udpPort,
        type: 'host',
      });
    }
    if (tcpPort !== undefined) {
      candidates.push({
        foundation: `t${i + 1}`,
        component: 1,
        protocol: 'tcp',
        // RFC 6544 §4.2: the transport sits in the type preference's room below UDP.
        priority: hostPriority(90, local),
        address,
        port: tcpPort,
        type: 'host',
        tcpType: 'passive',
      });
    }
  });
  return candidates.sort((a, b) => b.priority - a.priority);
}

function hostPriority(typePreference: number, localPreference: number): number {
  return typePreference * 2 ** 24 + localPreference * 2 ** 8 + 255;
}
