import { type CheckPath, maskHost } from '@alongside/contracts';
import { within } from './waiting.ts';

const GATHER_MS = 5_000;

/** What `turn:` and `turns:` addresses say (RFC 7065). */
export function readRelayUrl(url: string): { kind: CheckPath['kind']; host: string } | null {
  const [, scheme, host, query = ''] = /^(turns?):([^?]+)(\?.*)?$/i.exec(url) ?? [];
  if (scheme === undefined || host === undefined) return null;
  const isTcp = /transport=tcp/i.test(query);
  const kind = scheme.toLowerCase() === 'turns' ? 'relay_tls' : isTcp ? 'relay_tcp' : 'relay_udp';
  return { kind, host: maskHost(host) };
}

/** Whether one relay gives us a place: a peer connection that may use nothing else, with this one server. */
export async function probeRelay(
  server: RTCIceServer & { urls: string },
  signal: AbortSignal,
): Promise<CheckPath | null> {
  const known = readRelayUrl(server.urls);
  if (!known) return null;
  const began = performance.now();
  const path = (more: Partial<CheckPath>): CheckPath => ({
    kind: known.kind,
    relay: known.host,
    state: 'failed',
    tookMs: null,
    error: null,
    code: null,
    ...more,
  });
  let connection: RTCPeerConnection | null = null;
  try {
    connection = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: 'relay' });
    const found = Promise.withResolvers<'relay' | 'none'>();
    let code: number | null = null;
    connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate === null) found.resolve('none');
      else if (/ typ relay /.test(`${candidate.candidate} `)) found.resolve('relay');
    });
    connection.addEventListener('icecandidateerror', ({ errorCode }) => {
      // The first is about the relay itself; what follows is about other networks of this machine.
      code ??= errorCode;
    });
    connection.createDataChannel('relay');
    await connection.setLocalDescription();
    const outcome = await within(GATHER_MS, found.promise, signal);
    if (outcome === 'relay') return path({ state: 'ok', tookMs: Math.round(performance.now() - began) });
    return path({ error: outcome === null && code === null ? 'timeout' : relayError(code), code });
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof Error)) throw thrown;
    return path({ error: 'other' });
  } finally {
    connection?.close();
  }
}

/** Codes of STUN and TURN (RFC 8489 section 14.8, RFC 8656 section 18), and 701 of WebRTC for no answer at all. */
export function relayError(code: number | null): NonNullable<CheckPath['error']> {
  if (code === null || code === 701) return 'unreachable';
  if ([401, 403, 438, 441].includes(code)) return 'unauthorised';
  return code === 486 || code === 508 ? 'quota' : 'other';
}
