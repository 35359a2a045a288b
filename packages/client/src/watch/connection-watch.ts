import type { Candidate, SessionEvent } from '@alongside/diagnosis';
import { createListening, quietly } from './quietly.ts';

type Unsigned = SessionEvent extends infer E
  ? E extends SessionEvent
    ? Omit<E, 'atMs' | 'participantId' | 'connectionId'>
    : never
  : never;

/** What happens to one connection. */
export type ConnectionHappening = Extract<
  Unsigned,
  { type: 'ice_state' | 'connection_state' | 'gathering_state' | 'ice_restarted' | 'candidate' | 'candidate_error' }
>;

const TEXT_MAX_LENGTH = 200;

/**
 * Follows the states and candidates of a connection by its own events; nothing of it is replaced.
 * @returns how to stop
 */
export function watchConnection(pc: RTCPeerConnection, tell: (happening: ConnectionHappening) => void): () => void {
  const listening = createListening();
  const iceState = () => tell({ type: 'ice_state', state: pc.iceConnectionState });
  const connectionState = () => tell({ type: 'connection_state', state: pc.connectionState });
  const gatheringState = () => tell({ type: 'gathering_state', state: pc.iceGatheringState });
  // As it stands when the watching begins, which may be long after the call began.
  for (const state of [gatheringState, iceState, connectionState]) quietly(state);
  listening.on(pc, 'iceconnectionstatechange', iceState);
  listening.on(pc, 'connectionstatechange', connectionState);
  listening.on(pc, 'icegatheringstatechange', gatheringState);

  /** Name of each media section's way: another one means that ICE began anew (RFC 8445, section 9). */
  const fragments = new Map<number, string>();
  listening.on(pc, 'icecandidate', (event) => {
    const { candidate } = event as RTCPeerConnectionIceEvent;
    if (!candidate?.candidate) return;
    const { usernameFragment, sdpMLineIndex } = candidate;
    if (usernameFragment) {
      const before = fragments.get(sdpMLineIndex ?? 0);
      fragments.set(sdpMLineIndex ?? 0, usernameFragment);
      if (before !== undefined && before !== usernameFragment) tell({ type: 'ice_restarted' });
    }
    tell({ type: 'candidate', side: 'local', candidate: candidateOf(candidate) });
  });
  listening.on(pc, 'icecandidateerror', (event) => {
    const { url, errorCode, errorText } = event as RTCPeerConnectionIceErrorEvent;
    tell({
      type: 'candidate_error',
      url: String(url ?? '').slice(0, TEXT_MAX_LENGTH),
      code: Number(errorCode) || 0,
      text: String(errorText ?? '').slice(0, TEXT_MAX_LENGTH),
    });
  });
  return () => listening.stop();
}

/** Addresses of the servers a connection was given, without names and passwords, and what it may use. */
export function configurationOf(pc: RTCPeerConnection): {
  iceServers: string[];
  transportPolicy: 'all' | 'relay';
} {
  const { iceServers = [], iceTransportPolicy } = quietly(() => pc.getConfiguration()) ?? {};
  return {
    iceServers: iceServers
      .flatMap(({ urls }) => urls)
      .filter((url) => typeof url === 'string')
      .slice(0, 20),
    transportPolicy: iceTransportPolicy === 'relay' ? 'relay' : 'all',
  };
}

// `url` and `relayProtocol` are younger than TypeScript's DOM types.
type RichCandidate = RTCIceCandidate & { url?: string | null; relayProtocol?: string | null };

function candidateOf(candidate: RichCandidate): Candidate {
  const { type, protocol, relayProtocol, address, port, url } = candidate;
  return {
    type: type ?? 'unknown',
    protocol: protocol === 'udp' || protocol === 'tcp' ? protocol : 'unknown',
    relayProtocol: relayProtocol === 'udp' || relayProtocol === 'tcp' || relayProtocol === 'tls' ? relayProtocol : null,
    address: address ?? null,
    port: port ?? null,
    url: url ?? null,
    networkType: null,
  };
}
