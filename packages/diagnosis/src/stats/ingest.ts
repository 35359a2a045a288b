import type { Candidate } from '../model/events.ts';
import type { TrackField } from '../model/fields.ts';
import type { GrowingTrack, SessionBuilder } from '../model/session-builder.ts';
import { Dialects, LAST_RANK, rankOf } from './dialects.ts';
import { PairInUse } from './pair-in-use.ts';
import { growthOf, numberOf, type Stat, scaled, textOf } from './reading.ts';
import { playedSample, playoutOffsetOf, receivedSample, senderClockSample } from './received.ts';
import { reportedSample, sentSample, sourceSample } from './sent.ts';
import { SoundAndPicture } from './sound-and-picture.ts';

/** Readings closer together say nothing that one of them does not, ms. */
const SHORTEST_MS = 50;

/** States of ICE in which there is, or may be again, a way for DTLS. */
const REACHED: ReadonlySet<string> = new Set(['connected', 'completed', 'disconnected']);

type Reading = { atMs: number; stat: Stat };

/** What a source or a loudspeaker tells, until the streams of that instant come. */
type Aside = { atMs: number; values: Partial<Record<TrackField, number | null>> };

/** What only the caller can know. */
export type StatsIngestOptions = {
  /** Who sends an `inbound-rtp` stream (by `trackIdentifier` or `mid`), so that one person's sound and picture are compared. */
  senderOf?(stat: Stat): string | null;
};

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
  /** `media-source` or `media-playout` → the streams made of it, or played by it. */
  readonly #made = new Map<string, Set<string>>();
  readonly #asides = new Map<string, Aside>();
  readonly #dialects = new Dialects();
  readonly #soundAndPicture = new SoundAndPicture();
  readonly #senderOf: (stat: Stat) => string | null;
  readonly #shown = new Set<string>();
  readonly #candidates = new Map<string, Candidate>();
  readonly #pairInUse = new PairInUse();

  constructor(
    builder: SessionBuilder,
    connectionId: string,
    participantId: string,
    { senderOf = () => null }: StatsIngestOptions = {},
  ) {
    this.#senderOf = senderOf;
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
    for (let rank = 0; rank <= LAST_RANK; rank++)
      for (const stat of stats) if (rankOf(stat) === rank) this.add(atMs, stat);
  }

  /** Takes one statistic. Those it names (codec, candidates, source, stream) should have come before it. */
  add(atMs: number, stat: Stat): void {
    for (const standard of this.#dialects.standard(atMs, stat)) this.#take(atMs, standard);
  }

  #take(atMs: number, stat: Stat): void {
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
      case 'remote-outbound-rtp':
        this.#tracks.get(textOf(stat, 'localId') ?? '')?.samples.amend(atMs, senderClockSample(before, stat));
        break;
      case 'media-source':
        this.#aside(id, atMs, sourceSample(before, stat, spanMs));
        break;
      case 'media-playout':
        this.#aside(id, atMs, playedSample(before, stat));
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
    if (stat.contentType === 'screenshare') track.source = 'screen';
    const codec = textOf(this.#last.get(textOf(stat, 'codecId') ?? '')?.stat, 'mimeType');
    if (codec !== null && codec !== track.mimeType) {
      track.mimeType = codec;
      this.#event(atMs, { type: 'codec_chosen', trackId: track.id, mimeType: codec });
    }
    this.#implementation(atMs, track, textOf(stat, isReceived ? 'decoderImplementation' : 'encoderImplementation'));
    if (!this.#shown.has(id) && (numberOf(stat, isReceived ? 'framesDecoded' : 'framesEncoded') ?? 0) > 0) {
      this.#shown.add(id);
      this.#event(atMs, { type: 'first_frame', trackId: track.id });
    }
    const asideId =
      textOf(stat, isReceived ? 'playoutId' : 'mediaSourceId') ?? (isReceived ? null : this.#onlySource(kind));
    if (asideId !== null) this.#made.set(asideId, (this.#made.get(asideId) ?? new Set()).add(id));
    if (!before) return;
    const aside = asideId === null ? undefined : this.#asides.get(asideId);
    const values = (isReceived ? receivedSample : sentSample)({ ...before, kind }, known, spanMs);
    const isAsideNow = aside !== undefined && Math.abs(atMs - aside.atMs) < spanMs / 2;
    track.samples.append(atMs, isAsideNow ? { ...values, ...aside.values } : values);
    if (isReceived) track.senderId = this.#senderOf(stat) ?? track.senderId;
    if (isReceived && (values.packets ?? 0) > 0) this.#compare(id, atMs, kind, stat, track.senderId);
  }

  #implementation(atMs: number, track: GrowingTrack, now: string | null): void {
    const before = track.implementation;
    if (now === null || now === before) return;
    track.implementation = now;
    if (before !== null && before !== 'unknown' && now !== 'unknown')
      this.#event(atMs, { type: 'implementation_changed', trackId: track.id, before, now });
  }

  /** Firefox does not tell of which source a stream is made: where there is but one of the kind, it is that. */
  #onlySource(kind: 'audio' | 'video'): string | null {
    let only: string | null = null;
    for (const [id, { stat }] of this.#last) {
      if (stat.type !== 'media-source' || stat.kind !== kind) continue;
      if (only !== null) return null;
      only = id;
    }
    return only;
  }

  /** Streams of the same instant may have come already, or come next. */
  #aside(id: string, atMs: number, values: Aside['values']): void {
    this.#asides.set(id, { atMs, values });
    for (const made of this.#made.get(id) ?? []) {
      const samples = this.#tracks.get(made)?.samples;
      if (samples && samples.length > 0 && samples.atMs(samples.length - 1) >= atMs) samples.amend(atMs, values);
    }
  }

  #compare(id: string, atMs: number, kind: 'audio' | 'video', stat: Stat, sender: string | null): void {
    const offsetMs = playoutOffsetOf(stat, atMs);
    if (offsetMs === null) return;
    this.#tracks.get(id)?.samples.amend(atMs, { playoutOffsetMs: offsetMs });
    const found = this.#soundAndPicture.compare({ id, kind, sender, atMs, offsetMs });
    if (found) this.#tracks.get(found.videoId)?.samples.amend(found.atMs, { soundLeadMs: found.soundLeadMs });
  }

  #pair(id: string, atMs: number, before: Stat | undefined, stat: Stat, spanMs: number): void {
    if (!this.#pairInUse.is(id, atMs, before && { atMs: atMs - spanMs, stat: before }, stat)) return;
    const local = this.#candidates.get(textOf(stat, 'localCandidateId') ?? '');
    const remote = this.#candidates.get(textOf(stat, 'remoteCandidateId') ?? '');
    const transport = textOf(stat, 'transportId') ?? '';
    if (local && remote) this.#builder.pairSelected(this.#connectionId, atMs, local, remote, transport);
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

  #transport(id: string, atMs: number, before: Stat | undefined, stat: Stat): void {
    const pair = textOf(stat, 'selectedCandidatePairId');
    if (pair !== null) this.#pairInUse.select(id, pair);
    const ice = textOf(stat, 'iceState');
    const dtls = textOf(stat, 'dtlsState');
    // Where ICE finds no way, or lost the one it had, Firefox says that DTLS failed with it.
    if (dtls === 'failed' && ice !== null && !REACHED.has(ice)) return;
    if (dtls !== null && dtls !== before?.dtlsState) this.#event(atMs, { type: 'dtls_state', state: dtls });
  }

  #event(
    atMs: number,
    what:
      | { type: 'dtls_state'; state: string }
      | { type: 'codec_chosen'; trackId: string; mimeType: string }
      | { type: 'first_frame'; trackId: string }
      | { type: 'implementation_changed'; trackId: string; before: string; now: string },
  ): void {
    this.#builder.event({ ...what, atMs, participantId: this.#participantId, connectionId: this.#connectionId });
  }
}

/** @param stat a `local-candidate` or `remote-candidate` statistic */
export function candidateOf(stat: Stat): Candidate {
  const type = stat.candidateType;
  const relay = textOf(stat, 'relayProtocol');
  const url = textOf(stat, 'url');
  return {
    type: type === 'host' || type === 'srflx' || type === 'prflx' || type === 'relay' ? type : 'unknown',
    protocol: stat.protocol === 'udp' || stat.protocol === 'tcp' ? stat.protocol : 'unknown',
    relayProtocol:
      relay === 'udp' || relay === 'tcp' || relay === 'tls' ? relay : type === 'relay' ? relayProtocolOf(url) : null,
    address: textOf(stat, 'address') ?? textOf(stat, 'ip'),
    port: numberOf(stat, 'port'),
    url,
    networkType: textOf(stat, 'networkType'),
  };
}

/**
 * Safari does not tell how a relay is reached; the address of its server does.
 * @param url of a TURN server (RFC 7065, section 3.1); null where none is told
 */
function relayProtocolOf(url: string | null): Candidate['relayProtocol'] {
  const [, scheme, transport] = /^(turns?):[^?]*(?:\?transport=(udp|tcp))?$/i.exec(url ?? '') ?? [];
  if (scheme === undefined) return null;
  if (transport?.toLowerCase() === 'udp') return 'udp';
  return scheme.toLowerCase() === 'turns' ? 'tls' : transport === undefined ? 'udp' : 'tcp';
}
