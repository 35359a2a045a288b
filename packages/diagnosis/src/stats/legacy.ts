import { numberOf, type Stat } from './reading.ts';

/*
 * The statistics Chromium gave before the standard (`goog…`, callback `getStats()`, up to version 117), as libwebrtc’s
 * `legacy_stats_collector.cc` fills them: times in ms, levels of 0 to 32767, shares of sound made up since the last reading.
 */

type Values = Record<string, unknown>;

/** What the older statistics tell only as it stands, counted on as the standard does. */
type Counted = {
  atMs: number;
  frames: number;
  seconds: number;
  samples: number;
  held: number;
  concealed: number;
  silent: number;
};

/** Samples a second by which shares of sound become counts: any would do. */
const RATE = 48_000;

/** Names of candidate types before the standard, of Chromium and of Firefox. */
export const CANDIDATE_TYPES: Readonly<Record<string, string>> = {
  local: 'host',
  host: 'host',
  stun: 'srflx',
  serverreflexive: 'srflx',
  peerreflexive: 'prflx',
  prflx: 'prflx',
  relay: 'relay',
  relayed: 'relay',
};

/** @returns the older type of a statistic by its name, which is all that some dumps tell; null where it is none of them */
export function legacyTypeOf(stat: Stat): string | null {
  const type = String(stat.type ?? '');
  const id = String(stat.id ?? '');
  if (/^(ssrc|googCandidatePair|localcandidate|remotecandidate|VideoBwe|googComponent)$/.test(type)) return type;
  if (type !== '') return null;
  if (/^ssrc_\d+/.test(id)) return 'ssrc';
  if (id.startsWith('Conn-')) return 'googCandidatePair';
  if (id.startsWith('Cand-')) return 'localcandidate';
  return id === 'bweforvideo' ? 'VideoBwe' : null;
}

/** Says what older Chromium says as the standard does. One for each connection. */
export class LegacyStats {
  readonly #counted = new Map<string, Counted>();
  readonly #sent = new Map<string, { lost: number; packets: number }>();
  #estimate: { outgoing: number | null; incoming: number | null } = { outgoing: null, incoming: null };

  /** @param type as `legacyTypeOf` tells */
  standard(atMs: number, type: string, given: Stat): Stat[] {
    const stat = numbered(given);
    switch (type) {
      case 'ssrc':
        return this.#stream(atMs, stat);
      case 'googCandidatePair':
        return this.#pair(stat);
      case 'localcandidate':
      case 'remotecandidate':
        return [candidate(String(stat.id), stat, stat.ipAddress, stat.portNumber, stat.candidateType, stat.transport)];
      case 'VideoBwe':
        this.#estimate = {
          outgoing: numberOf(stat, 'googAvailableSendBandwidth'),
          incoming: numberOf(stat, 'googAvailableReceiveBandwidth'),
        };
        return [];
      default:
        return [];
    }
  }

  #stream(atMs: number, stat: Stat): Stat[] {
    const id = String(stat.id);
    const isSent = id.endsWith('_send') || (stat.packetsSent ?? stat.bytesSent) !== undefined;
    const isVideo =
      stat.mediaType === 'video' ||
      (stat.mediaType !== 'audio' && Object.keys(stat).some((member) => /^goog(Frame|Nacks|Plis)/.test(member)));
    const kind = isVideo ? 'video' : 'audio';
    const counted = this.#count(id, atMs, stat);
    const out: Stat[] = [];
    const common: Values = { ...stat, id, kind, ssrc: numberOf(stat, 'ssrc') ?? Number(/\d+/.exec(id)?.[0]) };
    if (typeof stat.googCodecName === 'string') {
      common.codecId = `codec ${kind} ${stat.googCodecName}`;
      out.push({ id: common.codecId, type: 'codec', mimeType: `${kind}/${stat.googCodecName}` });
    }
    if (stat.googContentType === 'screen') common.contentType = 'screenshare';
    if (isSent) return [...out, ...this.#sentStream(id, kind, stat, common, counted)];
    out.push({
      ...common,
      type: 'inbound-rtp',
      jitter: seconds(stat.googJitterReceived),
      jitterBufferDelay: counted.held,
      jitterBufferEmittedCount: counted.samples,
      framesPerSecond: numberOf(stat, 'googFrameRateDecoded') ?? numberOf(stat, 'googFrameRateOutput'),
      frameWidth: stat.googFrameWidthReceived,
      frameHeight: stat.googFrameHeightReceived,
      framesDecoded: stat.framesDecoded ?? counted.frames,
      totalDecodeTime: counted.seconds,
      nackCount: stat.googNacksSent,
      pliCount: stat.googPlisSent,
      firCount: stat.googFirsSent,
      audioLevel: level(stat.audioOutputLevel),
      totalSamplesReceived: counted.samples,
      ...(numberOf(stat, 'googExpandRate') === null
        ? {}
        : { concealedSamples: counted.concealed, silentConcealedSamples: counted.silent }),
      decoderImplementation: stat.codecImplementationName,
    });
    return out;
  }

  #sentStream(id: string, kind: 'audio' | 'video', stat: Stat, common: Values, counted: Counted): Stat[] {
    const sourceId = `${id} source`;
    return [
      {
        id: sourceId,
        type: 'media-source',
        kind,
        audioLevel: level(stat.audioInputLevel),
        totalAudioEnergy: stat.totalAudioEnergy,
        totalSamplesDuration: stat.totalSamplesDuration,
        echoReturnLoss: stat.googEchoCancellationReturnLoss,
        framesPerSecond: stat.googFrameRateInput,
        width: stat.googFrameWidthInput,
        height: stat.googFrameHeightInput,
      },
      {
        ...common,
        type: 'outbound-rtp',
        mediaSourceId: sourceId,
        framesPerSecond: stat.googFrameRateSent,
        framesEncoded: stat.framesEncoded ?? counted.frames,
        totalEncodeTime: counted.seconds,
        frameWidth: stat.googFrameWidthSent,
        frameHeight: stat.googFrameHeightSent,
        nackCount: stat.googNacksReceived,
        pliCount: stat.googPlisReceived,
        firCount: stat.googFirsReceived,
        encoderImplementation: stat.codecImplementationName,
        ...(kind === 'video' ? { qualityLimitationReason: limitation(stat) } : {}),
      },
      {
        id: `${id} reported`,
        type: 'remote-inbound-rtp',
        localId: id,
        roundTripTime: (numberOf(stat, 'googRtt') ?? -1) > 0 ? seconds(stat.googRtt) : undefined,
        jitter: seconds(stat.googJitterReceived),
        fractionLost: this.#fractionLost(id, stat),
      },
    ];
  }

  #fractionLost(id: string, stat: Stat): number | undefined {
    const lost = numberOf(stat, 'packetsLost');
    const packets = numberOf(stat, 'packetsSent');
    if (lost === null || packets === null) return undefined;
    const before = this.#sent.get(id);
    this.#sent.set(id, { lost, packets });
    if (!before || packets <= before.packets) return undefined;
    return Math.min(1, Math.max(0, lost - before.lost) / (packets - before.packets));
  }

  /** Levels and shares of the time since the last reading, added up. */
  #count(id: string, atMs: number, stat: Stat): Counted {
    const before = this.#counted.get(id) ?? {
      atMs,
      frames: 0,
      seconds: 0,
      samples: 0,
      held: 0,
      concealed: 0,
      silent: 0,
    };
    const span = Math.min(60, Math.max(0, atMs - before.atMs) / 1_000);
    const rate = numberOf(stat, 'googFrameRateSent') ?? numberOf(stat, 'googFrameRateDecoded') ?? 0;
    const perFrame = (numberOf(stat, 'googAvgEncodeMs') ?? numberOf(stat, 'googDecodeMs') ?? 0) / 1_000;
    const held = (numberOf(stat, 'googJitterBufferMs') ?? numberOf(stat, 'googCurrentDelayMs') ?? 0) / 1_000;
    // Of all sound made up, and of what was made up while somebody spoke.
    const all = numberOf(stat, 'googExpandRate') ?? 0;
    const speech = numberOf(stat, 'googSpeechExpandRate') ?? all;
    const now: Counted = {
      atMs,
      frames: before.frames + rate * span,
      seconds: before.seconds + perFrame * rate * span,
      samples: before.samples + RATE * span,
      held: before.held + held * RATE * span,
      concealed: before.concealed + all * RATE * span,
      silent: before.silent + Math.max(0, all - speech) * RATE * span,
    };
    this.#counted.set(id, now);
    return now;
  }

  #pair(stat: Stat): Stat[] {
    const id = String(stat.id);
    const isActive = stat.googActiveConnection === true;
    const localId = String(stat.localCandidateId ?? `${id} local`);
    const remoteId = String(stat.remoteCandidateId ?? `${id} remote`);
    const out: Stat[] = [];
    for (const [side, name] of [
      ['Local', localId],
      ['Remote', remoteId],
    ] as const) {
      const address = stat[`goog${side}Address`];
      if (typeof address !== 'string' || stat[`${side.toLowerCase()}CandidateId`] !== undefined) continue;
      const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
      out.push(candidate(name, {}, host, Number(port), stat[`goog${side}CandidateType`], stat.googTransportType));
    }
    return [
      ...out,
      {
        ...stat,
        id,
        type: 'candidate-pair',
        state: isActive ? 'succeeded' : 'in-progress',
        nominated: isActive,
        selected: isActive,
        localCandidateId: localId,
        remoteCandidateId: remoteId,
        transportId: undefined,
        currentRoundTripTime: seconds(stat.googRtt),
        availableOutgoingBitrate: this.#estimate.outgoing,
        availableIncomingBitrate: this.#estimate.incoming,
      },
    ];
  }
}

function candidate(id: string, stat: Stat, address: unknown, port: unknown, type: unknown, transport: unknown): Stat {
  const known = CANDIDATE_TYPES[String(type)] ?? String(type ?? '');
  const relayProtocol = stat.relayProtocol ?? stat.mozLocalTransport;
  const more = { address, port: Number(port), candidateType: known, protocol: transport, relayProtocol };
  return { networkType: stat.networkType, ...more, id, type: 'local-candidate' };
}

const seconds = (ms: unknown): number | undefined => (typeof ms === 'number' ? ms / 1_000 : undefined);
const level = (value: unknown): number | undefined => (typeof value === 'number' ? value / 32_767 : undefined);
const limitation = (stat: Stat) =>
  stat.googCpuLimitedResolution === true ? 'cpu' : stat.googBandwidthLimitedResolution === true ? 'bandwidth' : 'none';

/** The callback form gives everything as text. */
function numbered(stat: Stat): Stat {
  const out: Values = {};
  for (const [member, value] of Object.entries(stat))
    if (value === 'true' || value === 'false') out[member] = value === 'true';
    else
      out[member] =
        typeof value === 'string' && member !== 'id' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return out;
}
