import { EXTENSION_URI, parseSdp, type SdpMedia, type SdpSession, sdpReceives, sdpSends } from '@alongside/rtp';
import { MediaSectionsRequirement, SessionDescription, SignalResponse } from '@livekit/protocol';
import type { PeerCodec } from '../media/codecs.ts';
import { Forwarder } from '../media/forwarder.ts';
import { MediaSource } from '../media/media-source.ts';
import type { UplinkSection } from '../media/uplink.ts';
import { type Answer, buildAnswer, extensionId, type NegotiatedSection, type SectionSend } from '../signal/answer.ts';
import { candidateToSdp } from '../transport/ice-candidates.ts';
import type { PipeRemote } from '../transport/pipe.ts';
import { newSsrc } from './ids.ts';
import type { Participant } from './participant.ts';
import type { Subscription } from './subscription.ts';

/** Sections a client is made to keep; beyond it subscriptions wait for one to fall free. */
const MAX_SLOTS = 200;
/** A requirement that brought no offer is repeated after this. */
const REQUIREMENT_TIMEOUT_MS = 3_000;

/**
 * A section the client can receive on. `free` → `assigned` → `releasing` (its track is gone; the next answer says
 * inactive) → `free`. Browsers tell a new track only when a section goes from not receiving to receiving, so a slot
 * is never handed from one track to another within one answer.
 */
interface Slot {
  mid: string;
  kind: 'audio' | 'video';
  state: 'free' | 'assigned' | 'releasing';
  subscription: Subscription | undefined;
  send: SectionSend | undefined;
}

/**
 * The single-connection negotiation of one participant: the client always offers; we answer, put waiting
 * subscriptions on its receiving sections, and ask for another offer when something changed.
 */
export class Negotiation {
  readonly #participant: Participant;
  readonly #slots = new Map<string, Slot>();
  /** Sources by the mid the client sends on. */
  readonly #sources = new Map<string, MediaSource>();
  #sections: NegotiatedSection[] = [];
  #offer: SdpSession | undefined;
  readonly #sessionId = String(newSsrc());
  #sessionVersion = 1;
  #remoteUfrag = '';
  #scheduled = false;
  #requiredAtMs = Number.NEGATIVE_INFINITY;
  /** Sections asked for and not offered yet. */
  #owedSections = 0;
  #closed = false;

  constructor(participant: Participant) {
    this.#participant = participant;
  }

  /** Sections settled by the last answer. */
  get sections(): readonly NegotiatedSection[] {
    return this.#sections;
  }

  source(mid: string): MediaSource | undefined {
    return this.#sources.get(mid);
  }

  /** The section of the last offer that carries the client's track `cid`. */
  sectionOfTrack(cid: string): NegotiatedSection | undefined {
    const media = this.#offer?.media.find((section) => sdpSends(section.direction) && trackIdOf(section) === cid);
    return media && this.#sections.find((section) => section.mid === media.mid && section.clientSends);
  }

  /** Sections the client sends on without naming a track. */
  unnamedSections(): NegotiatedSection[] {
    return this.#sections.filter((section) => {
      const media = this.#offer?.media.find((candidate) => candidate.mid === section.mid);
      return section.clientSends && media !== undefined && trackIdOf(media) === '';
    });
  }

  /**
   * Answers an offer.
   * @throws SdpError, RangeError when it cannot be used.
   */
  onOffer(description: SessionDescription): void {
    const participant = this.#participant;
    const offer = parseSdp(description.sdp);
    const peer = participant.ensurePeer();
    const remote = remoteOf(offer);
    if (this.#remoteUfrag !== '' && this.#remoteUfrag !== remote.iceUfrag) peer.pipe.restart(remote);
    const setup = peer.pipe.accept(remote);
    this.#remoteUfrag = remote.iceUfrag;
    this.#offer = offer;
    this.#owedSections -= this.#syncSlots(offer);
    // An offer made before our requirement arrived does not answer it: asking again would make sections twice.
    if (this.#owedSections <= 0) this.#requiredAtMs = Number.NEGATIVE_INFINITY;
    this.#syncSources(offer);
    const released = [...this.#slots.values()].filter((slot) => slot.state === 'releasing');
    const started = this.#assign();
    const answer = buildAnswer({
      offer,
      local: peer.pipe.local,
      candidates: peer.pipe.local.candidates.map(candidateToSdp),
      setup,
      sessionId: this.#sessionId,
      sessionVersion: this.#sessionVersion++,
      sends: this.#sends(),
      receive: (section) => participant.publications.receivePolicy(trackIdOf(section)),
      opus: participant.publications.opusPolicy(),
    });
    this.#sections = answer.sections;
    this.#configure(answer);
    for (const slot of released) slot.state = 'free';
    participant.send(
      new SignalResponse({
        message: {
          case: 'answer',
          value: new SessionDescription({
            type: 'answer',
            sdp: answer.sdp,
            id: description.id,
            midToTrackId: this.#midToTrackId(),
          }),
        },
      }),
    );
    for (const subscription of started) this.#startForwarder(subscription);
    participant.publications.bind();
    this.request();
  }

  /** Returns how many sections are new. */
  #syncSlots(offer: SdpSession): number {
    let added = 0;
    const receiving = new Set<string>();
    for (const section of offer.media) {
      const { kind, mid } = section;
      if ((kind !== 'audio' && kind !== 'video') || mid === '' || !sdpReceives(section.direction)) continue;
      if (section.port === 0 && !section.bundleOnly) continue;
      receiving.add(mid);
      if (!this.#slots.has(mid) && this.#slots.size < MAX_SLOTS) {
        this.#slots.set(mid, { mid, kind, state: 'free', subscription: undefined, send: undefined });
        added++;
      }
    }
    for (const [mid, slot] of this.#slots) {
      if (receiving.has(mid)) continue;
      if (slot.subscription) this.#detach(slot);
      this.#slots.delete(mid);
    }
    return added;
  }

  #syncSources(offer: SdpSession): void {
    for (const section of offer.media) {
      const { kind, mid } = section;
      if ((kind !== 'audio' && kind !== 'video') || mid === '') continue;
      const sends = sdpSends(section.direction) && (section.port !== 0 || section.bundleOnly);
      const source = this.#sources.get(mid);
      if (sends && !source) this.#sources.set(mid, new MediaSource(kind));
      else if (!sends && source) this.#dropSource(mid, source);
    }
    for (const [mid, source] of this.#sources) {
      if (!offer.media.some((section) => section.mid === mid)) this.#dropSource(mid, source);
    }
  }

  #dropSource(mid: string, source: MediaSource): void {
    this.#sources.delete(mid);
    source.close();
    this.#participant.publications.onSourceGone(source);
  }

  /** Puts waiting subscriptions on free slots; returns those newly placed. */
  #assign(): Subscription[] {
    const placed: Subscription[] = [];
    for (const subscription of this.#participant.subscriptions.waiting()) {
      const kind = subscription.publication.kind;
      const slot = [...this.#slots.values()].find((candidate) => candidate.state === 'free' && candidate.kind === kind);
      if (!slot) continue;
      const { publication } = subscription;
      slot.state = 'assigned';
      slot.subscription = subscription;
      slot.send = {
        // Clients split the stream id at the bar to learn whose track it is, and the track's id from the rest.
        streamId: `${publication.participant.sid}|${publication.sid}`,
        trackId: publication.sid,
        cname: publication.participant.sid,
        ssrc: newSsrc(),
        rtxSsrc: kind === 'video' ? newSsrc() : 0,
      };
      subscription.mid = slot.mid;
      placed.push(subscription);
    }
    return placed;
  }

  #sends(): Map<string, SectionSend> {
    const sends = new Map<string, SectionSend>();
    for (const slot of this.#slots.values()) if (slot.state === 'assigned' && slot.send) sends.set(slot.mid, slot.send);
    return sends;
  }

  /** The whole map: clients replace theirs with every answer. */
  #midToTrackId(): Record<string, string> {
    const map: Record<string, string> = {};
    for (const slot of this.#slots.values()) {
      if (slot.state === 'assigned' && slot.subscription) map[slot.mid] = slot.subscription.publication.sid;
    }
    return map;
  }

  #configure(answer: Answer): void {
    const peer = this.#participant.ensurePeer();
    const uplink: UplinkSection[] = [];
    const codecs: PeerCodec[] = [];
    const all = answer.sections.flatMap((section) => section.extensions);
    const receivedOn = answer.sections.filter((section) => !section.clientSends || section.weSend);
    for (const section of answer.sections) {
      const source = this.#sources.get(section.mid);
      if (section.clientSends && source) uplink.push({ ...section, source });
    }
    for (const section of receivedOn) {
      for (const codec of section.codecs) {
        if (!codecs.some((known) => known.payloadType === codec.payloadType)) codecs.push(codec);
      }
    }
    peer.uplink.configure(uplink, {
      mid: extensionId(all, EXTENSION_URI.mid),
      rid: extensionId(all, EXTENSION_URI.rid),
      repairedRid: extensionId(all, EXTENSION_URI.repairedRid),
      transportSequence: extensionId(all, EXTENSION_URI.transportSequence),
      audioLevel: extensionId(all, EXTENSION_URI.audioLevel),
      orientation: extensionId(all, EXTENSION_URI.videoOrientation),
    });
    const down = receivedOn.flatMap((section) => section.extensions);
    peer.downlink.configure(codecs, {
      transportSequence: extensionId(down, EXTENSION_URI.transportSequence),
      audioLevel: extensionId(down, EXTENSION_URI.audioLevel),
      orientation: extensionId(down, EXTENSION_URI.videoOrientation),
    });
  }

  #startForwarder(subscription: Subscription): void {
    const slot = this.#slots.get(subscription.mid);
    const source = subscription.publication.source;
    const peer = this.#participant.peer;
    if (!slot?.send || !source || !peer) return;
    const forwarder = new Forwarder({
      source,
      downlink: peer.downlink,
      ssrc: slot.send.ssrc,
      rtxSsrc: slot.send.rtxSsrc,
      // Low enough that the receiver's rollover counter starts where ours does.
      firstSequence: newSsrc() & 0x3fff,
    });
    subscription.forwarder = forwarder;
    peer.downlink.add(forwarder);
    const nowMs = this.#participant.room.host.nowMs();
    subscription.applyTo(nowMs);
    if (peer.connected) forwarder.start(nowMs);
    this.#participant.room.onSubscribed(subscription.publication);
  }

  /** The media path is up: everything agreed before begins to flow. */
  onConnected(): void {
    const nowMs = this.#participant.room.host.nowMs();
    for (const forwarder of this.#participant.peer?.downlink.forwarders ?? []) {
      if (!forwarder.active) forwarder.start(nowMs);
    }
  }

  /** Takes a subscription off its slot; the next answer makes the section inactive. */
  release(subscription: Subscription): void {
    const slot = this.#slots.get(subscription.mid);
    if (!slot || slot.subscription !== subscription) return;
    this.#detach(slot);
    slot.state = 'releasing';
    this.request();
  }

  #detach(slot: Slot): void {
    const subscription = slot.subscription;
    slot.subscription = undefined;
    slot.send = undefined;
    if (!subscription) return;
    subscription.mid = '';
    if (subscription.forwarder) this.#participant.peer?.downlink.remove(subscription.forwarder);
    subscription.forwarder = undefined;
  }

  /** Something changed: ask for an offer, once for all changes of this turn. */
  request(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#require();
    });
  }

  #require(): void {
    // Before the first offer nothing can be asked for: it comes by itself.
    if (this.#closed || !this.#offer || !this.#participant.signalConnected) return;
    const nowMs = this.#participant.room.host.nowMs();
    if (nowMs - this.#requiredAtMs < REQUIREMENT_TIMEOUT_MS) return;
    const missing = { audio: 0, video: 0 };
    const waiting = this.#participant.subscriptions.waiting();
    for (const subscription of waiting) missing[subscription.publication.kind]++;
    let changed = waiting.length > 0;
    for (const slot of this.#slots.values()) {
      if (slot.state === 'free') missing[slot.kind]--;
      if (slot.state === 'releasing') changed = true;
    }
    if (!changed) return;
    const room = MAX_SLOTS - this.#slots.size;
    const numAudios = Math.min(room, Math.max(0, missing.audio));
    const numVideos = Math.min(room - numAudios, Math.max(0, missing.video));
    this.#requiredAtMs = nowMs;
    this.#owedSections = numAudios + numVideos;
    this.#participant.send(
      new SignalResponse({
        message: {
          case: 'mediaSectionsRequirement',
          value: new MediaSectionsRequirement({ numAudios, numVideos }),
        },
      }),
    );
  }

  /** About once a second: a requirement the client did not answer is repeated. */
  tick(): void {
    this.#require();
  }

  close(): void {
    this.#closed = true;
    for (const slot of this.#slots.values()) this.#detach(slot);
    for (const source of this.#sources.values()) source.close();
    this.#sources.clear();
  }
}

/** The track id of `a=msid`; browsers put the page's track id there, the native client writes `- <cid>`. */
function trackIdOf(section: SdpMedia): string {
  return (section.msid?.trackId ?? '').replace(/^\{(.*)\}$/, '$1');
}

function remoteOf(offer: SdpSession): PipeRemote {
  const section =
    offer.media.find((media) => media.mid === offer.bundle[0] && media.iceUfrag !== '') ??
    offer.media.find((media) => media.iceUfrag !== '');
  if (!section) throw new RangeError('the offer has no ICE credentials');
  const setup = section.setup === 'active' || section.setup === 'passive' ? section.setup : 'actpass';
  return { iceUfrag: section.iceUfrag, icePwd: section.icePwd, fingerprints: section.fingerprints, setup };
}
