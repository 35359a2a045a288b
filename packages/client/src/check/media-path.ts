import type { CheckPath } from '@alongside/contracts';
import type { SignalVisit } from './signal-visit.ts';
import { within } from './waiting.ts';

const CONNECT_MS = 4_000;

/** Whether media reaches a media server over one protocol, without any relay: ICE and keys, as a call would make them. */
export async function probeDirectPath(
  visit: SignalVisit,
  protocol: 'udp' | 'tcp',
  signal: AbortSignal,
): Promise<CheckPath> {
  const path = (more: Partial<CheckPath>): CheckPath => ({
    kind: protocol,
    relay: null,
    state: 'failed',
    tookMs: null,
    error: null,
    code: null,
    ...more,
  });
  const began = performance.now();
  const connection = new RTCPeerConnection();
  try {
    // Media servers expect the channel of this name, and we need something to agree on.
    connection.createDataChannel('_reliable');
    const settled = Promise.withResolvers<RTCPeerConnectionState>();
    connection.addEventListener('connectionstatechange', () => {
      if (connection.connectionState !== 'connecting') settled.resolve(connection.connectionState);
    });
    await connection.setLocalDescription();
    visit.onCandidate = (candidate) => {
      if (protocolOf(candidate.candidate ?? '') === protocol)
        void connection.addIceCandidate(candidate).catch(() => {});
    };
    const answer = await visit.answerTo(connection.localDescription!.toJSON());
    if (!answer) return path({ error: 'other' });
    const sdp = onlyCandidates(answer.sdp ?? '', protocol);
    const isTrickled = !/a=candidate:/.test(answer.sdp ?? '');
    if (!isTrickled && !/a=candidate:/.test(sdp)) return path({ state: 'not_offered' });
    await connection.setRemoteDescription({ type: 'answer', sdp });
    const state = await within(CONNECT_MS, settled.promise, signal);
    if (state === 'connected') return path({ state: 'ok', tookMs: Math.round(performance.now() - began) });
    const hasPath = ['connected', 'completed'].includes(connection.iceConnectionState);
    return path({ error: hasPath ? 'dtls' : 'timeout' });
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof DOMException)) throw thrown;
    return path({ error: 'other' });
  } finally {
    connection.close();
  }
}

/** A description without the candidates of other protocols. */
export function onlyCandidates(sdp: string, protocol: 'udp' | 'tcp'): string {
  return sdp
    .split('\r\n')
    .filter((line) => !line.startsWith('a=candidate:') || protocolOf(line) === protocol)
    .join('\r\n');
}

/** @param candidate `candidate:<foundation> <component> <transport> …` (RFC 8839, section 5.1) */
function protocolOf(candidate: string): string {
  return (candidate.split(' ')[2] ?? '').toLowerCase();
}
