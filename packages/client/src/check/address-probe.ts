import { type CheckAddress, type CheckPath, type CheckRoom, maskHost } from '@alongside/contracts';
import { probeMediaAddress } from '../call/media-addresses.ts';
import { probeDirectPath } from './media-path.ts';
import { probeRelay } from './relay-path.ts';
import { type SignalVisit, visitSignal } from './signal-visit.ts';

/** An address that has not answered a request by then does not, ms. */
const ANSWER_MS = 4_000;
/** More relays than anybody sets up. */
const RELAYS_MAX = 8;

/** The host of an address, masked. */
export function hostOf(url: string): string {
  return maskHost(URL.parse(url)?.host ?? '');
}

/**
 * Tries every address of the media server, each by every way: WebSocket, UDP, TCP, and each of its relays. One after the
 * other, since the check's room holds two connections and no more.
 * @param onAddress told of each address when its signalling is known, and again with its ways
 */
export async function probeAddresses(
  { addresses, tokens }: Pick<CheckRoom, 'addresses' | 'tokens'>,
  onAddress: (index: number, address: CheckAddress) => void,
  signal: AbortSignal,
): Promise<CheckAddress[]> {
  const answers = addresses.map(({ url }) =>
    probeMediaAddress(url, AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])),
  );
  const relaysSeen = new Map<string, Promise<CheckPath | null>>();
  const probed: CheckAddress[] = [];
  for (const [index, { url, role, server }] of addresses.entries()) {
    const failure = await answers[index]!;
    signal.throwIfAborted();
    const known = (state: CheckAddress['signal']['state'], paths: CheckPath[], tookMs: number | null = null) => ({
      host: hostOf(url),
      role,
      signal: { state, status: failure?.status ?? null, tookMs: tookMs === null ? null : Math.round(tookMs) },
      server,
      paths,
    });
    let address: CheckAddress;
    if (failure) address = known(signalStateOf(failure.reason), []);
    else {
      const visit = await visitSignal(url, tokens.send, signal);
      if (!visit) address = known('no_web_socket', []);
      else {
        onAddress(index, known('ok', [], visit.tookMs));
        address = known('ok', await probePaths(url, tokens.receive, visit, relaysSeen, signal), visit.tookMs);
      }
    }
    probed.push(address);
    onAddress(index, address);
  }
  return probed;
}

function signalStateOf(reason: string): 'unreachable' | 'timeout' | 'status' {
  return reason === 'timeout' || reason === 'status' ? reason : 'unreachable';
}

async function probePaths(
  url: string,
  token: string,
  visit: SignalVisit,
  relaysSeen: Map<string, Promise<CheckPath | null>>,
  signal: AbortSignal,
): Promise<CheckPath[]> {
  const second = await visitSignal(url, token, signal).catch((thrown: unknown) => {
    visit.leave();
    throw thrown;
  });
  try {
    const relays = relayServers(visit.iceServers).map((server) => {
      const path = relaysSeen.get(server.urls) ?? probeRelay(server, signal);
      relaysSeen.set(server.urls, path);
      return path;
    });
    const [udp, tcp, ...relayed] = await Promise.all([
      probeDirectPath(visit, 'udp', signal),
      second ? probeDirectPath(second, 'tcp', signal) : skipped('tcp'),
      ...relays,
    ]);
    const usable = relayed.filter((path) => path !== null);
    return [udp, tcp, ...(usable.length > 0 ? usable : [notOffered('relay_udp')])];
  } finally {
    visit.leave();
    second?.leave();
  }
}

function relayServers(servers: readonly RTCIceServer[]): (RTCIceServer & { urls: string })[] {
  const each = servers.flatMap((server) => [server.urls].flat().map((urls) => ({ ...server, urls })));
  return each.filter(({ urls }) => /^turns?:/i.test(urls)).slice(0, RELAYS_MAX);
}

const nothing = (kind: CheckPath['kind'], state: CheckPath['state']): CheckPath => ({
  kind,
  relay: null,
  state,
  tookMs: null,
  error: null,
  code: null,
});
const skipped = (kind: CheckPath['kind']) => nothing(kind, 'skipped');
const notOffered = (kind: CheckPath['kind']) => nothing(kind, 'not_offered');
