import type { Candidate } from '../model/events.ts';
import type { GrowingTrack, SessionBuilder } from '../model/session-builder.ts';
import { growthOf, numberOf, type Stat, scaled, textOf } from './reading.ts';
import { receivedSample } from './received.ts';
import { reportedSample, sentSample, sourceSample } from './sent.ts';

/** Readings closer together say nothing that one of them does not, ms. */
const SHORTEST_MS = 50;

type Reading = { atMs: number; stat: Stat };

/**
 * Turns readings of W3C statistics of one peer connection into samples. Statistics may come report by report, as from
 * `getStats()`, or one after the other through all their time, as from a dump: each needs only to be in its own order.
 */
export class StatsIngest {
  readonly #builder: SessionBuilder;
  readonly #connectionId: string;
  readonly #participantId: string;
  readonly #last = new Map<string, Reading>();
  readonly #tracks = new Map<string, GrowingTrack>();
  /** `media-source` → the tracks made of it. */
  readonly #made = new Map<string, Set<string>>();
  readonly #candidates = new Map<string, Candidate>();
  readonly #selectedByTransport = new Map<string, string>();

  constructor(builder: SessionBuilder, connectionId: string, participantId: string) {
    this.#builder = builder;
    this.#connectionId = connectionId;
    this.#participantId = participantId;
    builder.connection(connectionId, participantId);
  }

  /**
   * Takes a report of several statistics of one instant, in whatever order they are in it.
   * @param atMs when it was taken
   */
  report(atMs: number, stats: readonly Stat[]): void {
    for (const kind of IN_THIS_ORDER) for (const stat of stats) if (kind(stat.type)) this.add(atMs, stat);
  }

  /** Takes one statistic. Those it names (codec, candidates, source, stream) should have come before it. */
  add(atMs: number, stat: Stat): void {
    const id = textOf(stat, 'id');
    if (id === null || !Number.isFinite(atMs)) return;
    const last = this.#last.get(id);
    const spanMs = last ? atMs - last.atMs : Number.NaN;
    if (last && spanMs < SHORTEST_MS) return;
    const before = last?.stat;
    this.#last.set(id, { atMs, stat });
    switch (stat.type) {
      case 'inbound-rtp':
      case 'outbound-rtp':
        this.#stream(id, atMs, before, stat, spanMs);
        break;
      case 'remote-inbound-rtp':
        this.#tracks.get(textOf(stat, 'localId') ?? '')?.samples.amend(atMs, reportedSample(stat));
        break;
      case 'media-source':
        for (const made of this.#made.get(id) ?? [])
          this.#tracks.get(made)?.samples.amend(atMs, sourceSample(before, stat));
        break;
      case 'local-candidate':
      case 'remote-candidate':
        this.#candidates.set(id, candidateOf(stat));
        break;
      case 'candidate-pair':
        this.#pair(id, atMs, before, stat, spanMs);
        break;
      case 'transport':
        this.#transport(id, atMs, before, stat);
        break;
    }
  }

  #stream(id: string, atMs: number, before: Stat | undefined, stat: Stat, spanMs: number): void {
    const isReceived = stat.type === 'inbound-rtp';
    // Firefox and older dumps call the kind mediaType.
    const kind = stat.kind ?? stat.mediaType;
    if (kind !== 'audio' && kind !== 'video') return;
    const known = { ...stat, kind };
    const track = this.#builder.track({
      id: `${this.#connectionId} ${id}`,
      connectionId: this.#connectionId,
      participantId: this.#participantId,
      direction: isReceived ? 'receive' : 'send',
      kind,
    });
    this.#tracks.set(id, track);
    track.ssrc = numberOf(stat, 'ssrc') ?? track.ssrc;
    track.mid = typeof stat.mid === 'number' ? String(stat.mid) : (textOf(stat, 'mid') ?? track.mid);
    track.rid = textOf(stat, 'rid') ?? track.rid;
    track.implementation =
      textOf(stat, isReceived ? 'decoderImplementation' : 'encoderImplementation') ?? track.implementation;
    if (stat.contentType === 'screenshare') track.source = 'screen';
    const codec = textOf(this.#last.get(textOf(stat, 'codecId') ?? '')?.stat, 'mimeType');
    if (codec !== null && codec !== track.mimeType) {
      track.mimeType = codec;
      this.#event(atMs, { type: 'codec_chosen', trackId: track.id, mimeType: codec });
    }
    const sourceId = textOf(stat, 'mediaSourceId');
    if (sourceId !== null) this.#made.set(sourceId, (this.#made.get(sourceId) ?? new Set()).add(id));
    if (!before) return;
    track.samples.append(atMs, (isReceived ? receivedSample : sentSample)({ ...before, kind }, known, spanMs));
    const source = sourceId === null ? undefined : this.#last.get(sourceId);
    if (source && textOf(stat, 'type') === 'outbound-rtp')
      track.samples.amend(atMs, sourceSample(undefined, source.stat));
  }

  #pair(id: string, atMs: number, before: Stat | undefined, stat: Stat, spanMs: number): void {
    if (!this.#isInUse(id, stat)) return;
    const local = this.#candidates.get(textOf(stat, 'localCandidateId') ?? '');
    const remote = this.#candidates.get(textOf(stat, 'remoteCandidateId') ?? '');
    if (local && remote) this.#builder.pairSelected(this.#connectionId, atMs, local, remote);
    if (!before) return;
    const perSecond = 1_000 / spanMs;
    this.#builder.connection(this.#connectionId, this.#participantId).samples.append(atMs, {
      rttMs: scaled(numberOf(stat, 'currentRoundTripTime'), 1_000),
      availableOutgoingBps: numberOf(stat, 'availableOutgoingBitrate'),
      availableIncomingBps: numberOf(stat, 'availableIncomingBitrate'),
      sentBps: scaled(growthOf(before, stat, 'bytesSent'), 8 * perSecond),
      receivedBps: scaled(growthOf(before, stat, 'bytesReceived'), 8 * perSecond),
      checksSent: growthOf(before, stat, 'requestsSent'),
      checksAnswered: growthOf(before, stat, 'responsesReceived'),
    });
  }

  /** By the transport where it is told, else as Firefox (`selected`) and older Chromium (`nominated`) tell it. */
  #isInUse(pairId: string, pair: Stat): boolean {
    const transportId = textOf(pair, 'transportId');
    const chosen = transportId === null ? undefined : this.#selectedByTransport.get(transportId);
    if (chosen !== undefined) return chosen === pairId;
    return pair.state === 'succeeded' && (pair.selected ?? pair.nominated) === true;
  }

  #transport(id: string, atMs: number, before: Stat | undefined, stat: Stat): void {
    const pair = textOf(stat, 'selectedCandidatePairId');
    if (pair !== null) this.#selectedByTransport.set(id, pair);
    const dtls = textOf(stat, 'dtlsState');
    if (dtls !== null && dtls !== before?.dtlsState) this.#event(atMs, { type: 'dtls_state', state: dtls });
  }

  #event(
    atMs: number,
    what: { type: 'dtls_state'; state: string } | { type: 'codec_chosen'; trackId: string; mimeType: string },
  ): void {
    this.#builder.event({ ...what, atMs, participantId: this.#participantId, connectionId: this.#connectionId });
  }
}

/** What others refer to comes first. */
const IN_THIS_ORDER: readonly ((type: unknown) => boolean)[] = [
  (type) => type === 'codec' || type === 'media-source' || type === 'local-candidate' || type === 'remote-candidate',
  (type) => type === 'transport',
  (type) => type === 'candidate-pair' || type === 'inbound-rtp' || type === 'outbound-rtp',
  (type) => type === 'remote-inbound-rtp',
];

/** @param stat a `local-candidate` or `remote-candidate` statistic */
function candidateOf(stat: Stat): Candidate {
  const type = stat.candidateType;
  const relay = textOf(stat, 'relayProtocol');
  return {
    type: type === 'host' || type === 'srflx' || type === 'prflx' || type === 'relay' ? type : 'unknown',
    protocol: stat.protocol === 'udp' || stat.protocol === 'tcp' ? stat.protocol : 'unknown',
    relayProtocol: relay === 'udp' || relay === 'tcp' || relay === 'tls' ? relay : null,
    address: textOf(stat, 'address') ?? textOf(stat, 'ip'),
    port: numberOf(stat, 'port'),
    url: textOf(stat, 'url'),
    networkType: textOf(stat, 'networkType'),
  };
}
