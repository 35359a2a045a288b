import type { Candidate } from '../model/events.ts';
import type { TrackField } from '../model/fields.ts';
import type { SessionBuilder } from '../model/session-builder.ts';
import { answeredMedia, iceUserOf } from './about-webrtc-descriptions.ts';
import { candidateEvent } from './internals-events.ts';

/** One row of the table of ICE: two ends, and what became of the way between them. */
export type Pair = {
  /** `frozen`, `waiting`, `in-progress`, `succeeded`, `failed` or `cancelled`. */
  state: string;
  isNominated: boolean;
  isSelected: boolean;
  local: Candidate | null;
  remote: Candidate | null;
};

/** One RTP stream; counts are since it began. */
export type Stream = {
  /** Of the statistic; null where only its SSRC is told. */
  id: string | null;
  direction: 'send' | 'receive';
  kind: 'audio' | 'video';
  ssrc: number | null;
  mimeType: string | null;
  packets: number | null;
  packetsLost: number | null;
  jitterMs: number | null;
  bitrateBps: number | null;
  framesDropped: number | null;
  /** As the other end reports it, of what is sent. */
  remote: { packets: number | null; packetsLost: number | null; jitterMs: number | null; rttMs: number | null };
};

/** Pictures of one size that came one after the other. */
export type Pictures = {
  ssrc: number | null;
  fromMs: number;
  toMs: number;
  count: number;
  widthPx: number | null;
  heightPx: number | null;
};

/** What about:webrtc shows of one peer connection, as things stood when it was saved. */
export type AboutWebrtcCall = {
  /** `{GUID} µs since 1970 (id=window url=page)` */
  name: string;
  url: string | null;
  /** When this was measured; null where nobody says. */
  atMs: number | null;
  isClosed: boolean;
  iceServers: string[];
  transportPolicy: 'all' | 'relay';
  pairs: Pair[];
  /** Whether ICE is told to have given up. */
  hasFailed: boolean;
  /** As nICEr names them: `host(IP4:192.0.2.1:9/UDP)`. */
  localCandidates: string[];
  /** Candidate lines of RFC 8839, section 5.1. */
  remoteCandidates: string[];
  descriptions: { atMs: number; isLocal: boolean; sdp: string }[];
  pictures: Pictures[];
  estimate: { outgoingBps: number | null; incomingBps: number | null; rttMs: number | null } | null;
};

/** What libwebrtc takes a way for before it sent anything (BitrateConstraints, api/transport/bitrate_settings.h). */
const FIRST_ESTIMATE_BPS = 300_000;

/** More of one kind is nobody's call. */
export const MOST_ROWS = 500;

/** @returns nothing known yet */
export const freshCall = (name: string): AboutWebrtcCall => ({
  name,
  url: null,
  atMs: null,
  isClosed: false,
  iceServers: [],
  transportPolicy: 'all',
  pairs: [],
  hasFailed: false,
  localCandidates: [],
  remoteCandidates: [],
  descriptions: [],
  pictures: [],
  estimate: null,
});

/** What is left to tell of a connection once the log was read, which stands behind all of them. */
export type Told = {
  id: string;
  atMs: number;
  /** When both ends were described: connectivity checks begin no sooner. */
  checkedMs: number | null;
  /** What the table of ICE says; null where it is empty. */
  state: 'checking' | 'connected' | 'failed' | null;
  /** Whether a way was in use, be it lost since. */
  wasConnected: boolean;
  isClosed: boolean;
  iceServers: readonly string[];
};

/** @returns the GUID, which the log calls a connection by too, or what stands in its place */
export const idOfCall = (name: string): string => (/\{[^{}\s]+\}/.exec(name)?.[0] ?? name.trim()).slice(0, 100);

/** Tells what a page or a report shows of a connection, but for its states. @returns null where it names no time */
export function tellCall(into: SessionBuilder, call: AboutWebrtcCall): Told | null {
  const id = idOfCall(call.name);
  const atMs = call.atMs ?? call.pictures.at(-1)?.toMs ?? call.descriptions.at(-1)?.atMs ?? createdMs(call.name);
  if (id === '' || atMs === null || !Number.isFinite(atMs)) {
    into.problem('unknown_record', `${id || 'connection'}: no time`);
    return null;
  }
  const made = into.connection(id, 'self');
  made.url ??= call.url;
  if (call.iceServers.length > 0) made.iceServers = call.iceServers.slice(0, 50);
  if (call.transportPolicy === 'relay') made.transportPolicy = 'relay';
  tellDescriptions(into, id, call);
  const localMs = call.descriptions.find(({ isLocal }) => isLocal)?.atMs;
  const remoteMs = call.descriptions.find(({ isLocal }) => !isLocal)?.atMs;
  tellCandidates(into, id, call, localMs ?? atMs, remoteMs ?? atMs);
  const selected = selectedOf(call.pairs);
  if (selected?.local && selected.remote) into.pairSelected(id, atMs, selected.local, selected.remote);
  if (selected && call.estimate)
    made.samples.append(atMs, {
      availableOutgoingBps: call.estimate.outgoingBps === FIRST_ESTIMATE_BPS ? null : call.estimate.outgoingBps,
      availableIncomingBps: call.estimate.incomingBps,
      rttMs: call.estimate.rttMs,
    });
  return {
    id,
    atMs,
    checkedMs: localMs === undefined || remoteMs === undefined ? null : Math.max(localMs, remoteMs),
    state: stateOf(call, selected),
    wasConnected: selected !== undefined,
    isClosed: call.isClosed,
    iceServers: call.iceServers,
  };
}

/** Of a name: when the connection was made. */
function createdMs(name: string): number | null {
  const micros = Number(/(?:^|\} )(\d{16})\b/.exec(name)?.[1]);
  return Number.isFinite(micros) ? micros / 1_000 : null;
}

/** The pair in use; where none is told to be, as before Firefox 54, one that would be. */
const selectedOf = (pairs: readonly Pair[]): Pair | undefined =>
  pairs.find(({ isSelected }) => isSelected) ??
  pairs.find(({ isNominated, state }) => isNominated && state === 'succeeded');

function stateOf({ pairs, hasFailed }: AboutWebrtcCall, selected: Pair | undefined): Told['state'] {
  // A lost connection keeps its pair, which nICEr then gave up.
  if (hasFailed || selected?.state === 'cancelled' || selected?.state === 'failed') return 'failed';
  if (selected) return 'connected';
  if (pairs.length === 0) return null;
  return pairs.every(({ state }) => state === 'failed') ? 'failed' : 'checking';
}

/**
 * Candidates name no time: those of this end come no sooner than its description, those of the other end no sooner than
 * theirs.
 */
function tellCandidates(
  into: SessionBuilder,
  connectionId: string,
  call: AboutWebrtcCall,
  localMs: number,
  remoteMs: number,
): void {
  const told = new Set<string>();
  const tell = (side: 'local' | 'remote', candidate: Candidate | null) => {
    const key = candidate && `${side} ${candidate.protocol} ${candidate.address}:${candidate.port}`;
    if (candidate === null || key === null || told.has(key)) return;
    told.add(key);
    const atMs = side === 'local' ? localMs : remoteMs;
    into.event({ type: 'candidate', atMs, participantId: 'self', connectionId, side, candidate });
  };
  // The tables know more of them than the lists below.
  for (const { local, remote } of call.pairs) {
    tell('local', local);
    tell('remote', remote);
  }
  for (const text of call.localCandidates) tell('local', localCandidate(text));
  for (const text of call.remoteCandidates) {
    const event = candidateEvent({ atMs: remoteMs, connectionId }, 'remote', text);
    if (event?.type === 'candidate') tell('remote', event.candidate);
  }
}

/** `192.0.2.1:9/udp(relay-tcp) [non-proxied]`, as the table of ICE has an end of a pair. @returns null for `*` */
export function tableCandidate(text: string): Candidate | null {
  const found = /^(.{1,200}):(\d{1,5})\/(udp|tcp)\((host|srflx|prflx|relay)(?:-(udp|tcp|tls))?\)/i.exec(text.trim());
  if (!found) return null;
  const [, address, port, protocol, type, relayProtocol] = found;
  return candidateOf(type!, protocol!, address!, port!, relayProtocol);
}

/** `turn-relay(IP4:192.0.2.1:9/UDP|IP4:203.0.113.1:10/UDP)`, as nICEr names a candidate of this end. */
function localCandidate(text: string): Candidate | null {
  const found = /^(host|srflx|prflx|turn-relay|relay)\((.{1,300})\)/.exec(text.trim());
  if (!found) return null;
  const type = found[1]!.replace('turn-', '');
  const [base, other] = found[2]!.split('|').map((part) => /^IP[46]:\[?(.+?)\]?:(\d{1,5})\/(\w+)$/.exec(part));
  // A relay gave the second address; of what a STUN server saw, nICEr names only the address it was asked from.
  const own = type === 'relay' ? other : base;
  if (!base || !own) return null;
  const isSeen = type === 'srflx' || type === 'prflx';
  const candidate = candidateOf(type, own[3]!, own[1]!, own[2]!, type === 'relay' ? base[3] : undefined);
  return isSeen ? { ...candidate, address: null, port: null } : candidate;
}

function candidateOf(
  type: string,
  protocol: string,
  address: string,
  port: string,
  relayProtocol: string | undefined,
): Candidate {
  return {
    type: type.toLowerCase() as Candidate['type'],
    protocol: /^udp$/i.test(protocol) ? 'udp' : /^(?:tcp|tls)$/i.test(protocol) ? 'tcp' : 'unknown',
    relayProtocol: (/^(?:udp|tcp|tls)$/i.exec(relayProtocol ?? '')?.[0].toLowerCase() ??
      null) as Candidate['relayProtocol'],
    address,
    port: Number(port),
    url: null,
    networkType: null,
  };
}

function tellDescriptions(into: SessionBuilder, connectionId: string, { descriptions }: AboutWebrtcCall): void {
  descriptions.sort((a, b) => a.atMs - b.atMs);
  let offered: string | null = null;
  let user: string | null = null;
  for (const { atMs, isLocal, sdp } of descriptions) {
    const place = { atMs, participantId: 'self', connectionId };
    const now = isLocal ? iceUserOf(sdp) : null;
    // A new name to ask by is a restart (RFC 8445, section 9).
    if (user !== null && now !== null && now !== user) into.event({ ...place, type: 'ice_restarted' });
    user = now ?? user;
    if (!isLocal && offered !== null)
      for (const kind of answeredMedia(offered, sdp)) into.event({ ...place, type: 'media_rejected', kind });
    offered = isLocal ? sdp : null;
  }
}

/** Tells streams that were measured once: a sample of all their time. */
export function tellStreams(
  into: SessionBuilder,
  { id: connectionId, atMs }: Told,
  streams: readonly Stream[],
  pictures: readonly Pictures[],
): void {
  for (const stream of streams) {
    const { direction, kind, ssrc, mimeType } = stream;
    const id = `${connectionId} ${stream.id ?? `${direction} ${ssrc ?? kind}`}`;
    const place = { participantId: 'self', connectionId, trackId: id };
    const track = into.track({ id, connectionId, participantId: 'self', direction, kind });
    track.ssrc = ssrc;
    if (mimeType !== null && track.mimeType !== mimeType) {
      track.mimeType = mimeType;
      into.event({ ...place, type: 'codec_chosen', atMs, mimeType });
    }
    const seen = direction === 'receive' ? pictures.filter((one) => one.ssrc === ssrc && one.count > 0) : [];
    if (seen[0]) into.event({ ...place, type: 'first_frame', atMs: seen[0].fromMs });
    track.samples.append(atMs, sampleOf(stream, seen.at(-1)));
  }
}

function sampleOf(stream: Stream, last: Pictures | undefined): Partial<Record<TrackField, number | null>> {
  const { bitrateBps, framesDropped, packets, remote } = stream;
  const common = { bitrateBps, framesDropped, packets };
  if (stream.direction === 'send')
    return {
      ...common,
      remoteLossRatio: lossOf(remote.packets, remote.packetsLost),
      remoteJitterMs: remote.jitterMs,
      remoteRttMs: remote.rttMs,
    };
  const lastsMs = last ? last.toMs - last.fromMs : 0;
  return {
    ...common,
    lossRatio: lossOf(packets, stream.packetsLost),
    jitterMs: stream.jitterMs,
    // Of less than a second nothing can be said.
    framesPerSecond: last && lastsMs >= 1_000 ? ((last.count - 1) * 1_000) / lastsMs : null,
    widthPx: last?.widthPx ?? null,
    heightPx: last?.heightPx ?? null,
  };
}

const lossOf = (packets: number | null, lost: number | null): number | null =>
  packets === null || lost === null || packets + lost <= 0 ? null : Math.max(0, lost) / (packets + Math.max(0, lost));
