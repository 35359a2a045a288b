import { CANDIDATE_TYPES, LegacyStats, legacyTypeOf } from './legacy.ts';
import { numberOf, type Stat, textOf } from './reading.ts';

/** How older browsers spelt types. */
const TYPES: Readonly<Record<string, string>> = {
  inboundrtp: 'inbound-rtp',
  outboundrtp: 'outbound-rtp',
  candidatepair: 'candidate-pair',
  localcandidate: 'local-candidate',
  remotecandidate: 'remote-candidate',
};

/** Types by how Chromium names statistics: its dumps told nothing else before 2020. */
const NAMES: readonly [RegExp, string][] = [
  [/^RTCInboundRTP|^IT/, 'inbound-rtp'],
  [/^RTCOutboundRTP|^OT/, 'outbound-rtp'],
  [/^RTCRemoteInboundRtp|^RI/, 'remote-inbound-rtp'],
  [/^RTCRemoteOutboundRTP|^RO/, 'remote-outbound-rtp'],
  [/^RTCMediaStreamTrack/, 'track'],
  [/^RTCCodec/, 'codec'],
  [/^RTC(Audio|Video)Source/, 'media-source'],
  [/^RTCIceCandidatePair/, 'candidate-pair'],
  [/^RTCIceCandidate/, 'local-candidate'],
  [/^RTCTransport/, 'transport'],
];

/** The order in which statistics of one instant are taken: what others refer to comes first. */
const RANKS: Readonly<Record<string, number>> = {
  codec: 0,
  track: 0,
  'media-source': 0,
  'media-playout': 0,
  'local-candidate': 0,
  'remote-candidate': 0,
  localcandidate: 0,
  remotecandidate: 0,
  VideoBwe: 0,
  transport: 1,
  'candidate-pair': 2,
  candidatepair: 2,
  googCandidatePair: 2,
  'inbound-rtp': 2,
  'outbound-rtp': 2,
  inboundrtp: 2,
  outboundrtp: 2,
  ssrc: 2,
  'remote-inbound-rtp': 3,
  'remote-outbound-rtp': 3,
};
export const LAST_RANK = 3;

/** @returns its place among those of one instant; -1 for what is not read */
export function rankOf(stat: Stat): number {
  const type = typeOf(stat);
  return stat.isRemote === true && type.startsWith('inbound') ? LAST_RANK : (RANKS[type] ?? -1);
}

function typeOf(stat: Stat): string {
  if (typeof stat.type === 'string' && stat.type !== '') return stat.type;
  const legacy = legacyTypeOf(stat);
  if (legacy !== null) return legacy;
  const id = String(stat.id ?? '');
  return NAMES.find(([name]) => name.test(id))?.[1] ?? '';
}

/** Says what browsers of all ages say as the standard does. One for each connection. */
export class Dialects {
  readonly #legacy = new LegacyStats();
  /** `track` statistics, which Chromium up to 110 and Safari keep beside the streams. */
  readonly #tracks = new Map<string, Stat>();

  /** @returns the statistic itself where it is one of today; the ones it stands for where it is of another dialect */
  standard(atMs: number, stat: Stat): readonly Stat[] {
    const isToday = typeof stat.type === 'string' && stat.type.includes('-') && stat.isRemote === undefined;
    if (isToday && stat.mediaType === undefined && stat.trackId === undefined && stat.ipAddress === undefined)
      return [stat];
    const legacy = legacyTypeOf(stat);
    if (legacy !== null) return this.#legacy.standard(atMs, legacy, stat);
    const type = TYPES[typeOf(stat)] ?? typeOf(stat);
    switch (type) {
      case 'track':
        if (this.#tracks.size < 10_000) this.#tracks.set(String(stat.id), stat);
        return [];
      case 'inbound-rtp':
        return stat.isRemote === true ? remote(stat) : [this.#received(stat)];
      case 'outbound-rtp':
        return stat.isRemote === true ? [] : this.#sent(stat);
      case 'local-candidate':
      case 'remote-candidate':
        return [candidate(type, stat)];
      default:
        return [{ ...stat, type }];
    }
  }

  #received(stat: Stat): Stat {
    return { ...this.#beside(stat), ...common(stat), type: 'inbound-rtp' };
  }

  #sent(stat: Stat): Stat[] {
    const beside = this.#beside(stat);
    const sent = { ...beside, ...common(stat), type: 'outbound-rtp' };
    const hasSource = textOf(stat, 'mediaSourceId') !== null || beside === undefined;
    if (hasSource) return [sent];
    const source = { ...beside, id: `${String(stat.trackId)} source`, type: 'media-source', kind: kindOf(stat) };
    return [source, { ...sent, mediaSourceId: source.id }];
  }

  #beside(stat: Stat): Stat | undefined {
    const track = this.#tracks.get(textOf(stat, 'trackId') ?? '');
    if (!track) return undefined;
    // What the track tells of itself is not of the stream.
    const { id: _, type: __, timestamp: ___, ...members } = track;
    return members;
  }
}

function kindOf(stat: Stat): unknown {
  const kind = stat.kind ?? stat.mediaType;
  if (kind === 'audio' || kind === 'video') return kind;
  return /audio/i.test(String(stat.id)) ? 'audio' : /video/i.test(String(stat.id)) ? 'video' : undefined;
}

/** A stream’s members by their names of today. */
function common(stat: Stat): Stat {
  const more: Record<string, unknown> = { kind: kindOf(stat) };
  if (typeof stat.ssrc === 'string') more.ssrc = Number(stat.ssrc);
  if (stat.framesPerSecond === undefined && stat.framerateMean !== undefined) more.framesPerSecond = stat.framerateMean;
  if (stat.framesDropped === undefined && stat.droppedFrames !== undefined) more.framesDropped = stat.droppedFrames;
  if (stat.packetsDiscarded === undefined && stat.discardedPackets !== undefined)
    more.packetsDiscarded = stat.discardedPackets;
  return { ...stat, ...more };
}

/** What the other end received, as Firefox up to 65 tells it. */
function remote(stat: Stat): Stat[] {
  const rttMs = numberOf(stat, 'mozRtt');
  return [
    {
      ...stat,
      type: 'remote-inbound-rtp',
      kind: kindOf(stat),
      localId: stat.localId ?? stat.remoteId,
      roundTripTime: stat.roundTripTime ?? (rttMs !== null && rttMs > 0 ? rttMs / 1_000 : undefined),
    },
  ];
}

function candidate(type: string, stat: Stat): Stat {
  const given = String(stat.candidateType ?? '');
  return {
    ...stat,
    type,
    address: stat.address ?? stat.ip ?? stat.ipAddress,
    port: stat.port ?? stat.portNumber,
    protocol: stat.protocol ?? stat.transport,
    relayProtocol: stat.relayProtocol ?? stat.mozLocalTransport,
    candidateType: CANDIDATE_TYPES[given] ?? given,
  };
}
