import { parseSdp, type SdpSession, sdpReceives } from '@alongside/rtp';
import { MediaSectionsRequirement, SessionDescription, SignalResponse } from '@livekit/protocol';
import type { MediaSource } from '../media/media-source.ts';
import { buildAnswer, type NegotiatedSection } from '../signal/answer.ts';
import { candidateToSdp } from '../transport/ice-candidates.ts';
import { ClientSections, remoteOf, trackIdOf } from './client-sections.ts';
import { newSsrc } from './ids.ts';
import type { Negotiation } from './negotiation.ts';
import type { Participant } from './participant.ts';
import { MAX_SLOTS, Slots } from './slots.ts';
import type { Subscription } from './subscription.ts';

/** A requirement that brought no offer is repeated after this. */
const REQUIREMENT_TIMEOUT_MS = 3_000;

/**
 * One connection for both directions: the client always offers; we answer, put waiting subscriptions on its receiving
 * sections, and ask for another offer when something changed.
 */
export class SingleNegotiation implements Negotiation {
  readonly subscriberPrimary = false;
  readonly #participant: Participant;
  readonly #slots: Slots;
  readonly #client: ClientSections;
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
    this.#slots = new Slots(participant);
    this.#client = new ClientSections(participant);
  }

  source(mid: string): MediaSource | undefined {
    return this.#client.source(mid);
  }

  sectionOfTrack(cid: string): NegotiatedSection | undefined {
    return this.#client.sectionOfTrack(cid);
  }

  unnamedSections(): NegotiatedSection[] {
    return this.#client.unnamedSections();
  }

  begin(offer: SessionDescription | undefined): void {
    if (offer) this.onOffer(offer);
  }

  onOffer(description: SessionDescription): void {
    const participant = this.#participant;
    const offer = parseSdp(description.sdp);
    const { publisher: pipe } = participant.ensurePeer();
    const remote = remoteOf(offer);
    if (this.#remoteUfrag !== '' && this.#remoteUfrag !== remote.iceUfrag) pipe.restart(remote);
    const setup = pipe.accept(remote);
    this.#remoteUfrag = remote.iceUfrag;
    this.#owedSections -= this.#syncSlots(offer);
    // An offer made before our requirement arrived does not answer it: asking again would make sections twice.
    if (this.#owedSections <= 0) this.#requiredAtMs = Number.NEGATIVE_INFINITY;
    this.#client.take(offer);
    const released = this.#slots.releasing();
    const started = this.#slots.assign();
    const answer = buildAnswer({
      offer,
      local: pipe.local,
      candidates: pipe.local.candidates.map(candidateToSdp),
      setup,
      sessionId: this.#sessionId,
      sessionVersion: this.#sessionVersion++,
      sends: this.#slots.sends(),
      receive: (section) => participant.publications.receivePolicy(trackIdOf(section)),
      opus: participant.publications.opusPolicy(),
    });
    this.#client.settle(answer.sections);
    this.#slots.settle(answer.sections.filter((section) => !section.clientSends || section.weSend));
    this.#slots.free(released);
    participant.send(
      new SignalResponse({
        message: {
          case: 'answer',
          value: new SessionDescription({
            type: 'answer',
            sdp: answer.sdp,
            id: description.id,
            midToTrackId: this.#slots.midToTrackId(),
          }),
        },
      }),
    );
    for (const subscription of started) this.#slots.start(subscription);
    participant.publications.bind();
    this.request();
  }

  onAnswer(): void {
    throw new RangeError('nothing was offered: on a single connection the client offers');
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
      if (!this.#slots.at(mid) && this.#slots.add(mid, kind)) added++;
    }
    this.#slots.retain((mid) => receiving.has(mid));
    return added;
  }

  onReceiving(): void {
    this.#slots.startAll();
  }

  onResumed(): void {
    this.#slots.doubt();
    // The offer that comes with every resume settles what is open.
    this.#requiredAtMs = this.#participant.room.host.nowMs();
  }

  start(subscription: Subscription): void {
    this.#slots.start(subscription);
  }

  release(subscription: Subscription): void {
    if (this.#slots.release(subscription)) this.request();
  }

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
    if (this.#closed || !this.#client.offered || !this.#participant.signalConnected) return;
    const nowMs = this.#participant.room.host.nowMs();
    if (nowMs - this.#requiredAtMs < REQUIREMENT_TIMEOUT_MS) return;
    // What has no section and can have none waits: asked for nothing, the client would offer the same for ever.
    if (!this.#slots.canPlace() && this.#slots.releasing().length === 0) return;
    const missing = this.#slots.missing();
    const room = MAX_SLOTS - this.#slots.size;
    const numAudios = Math.min(room, missing.audio);
    const numVideos = Math.min(room - numAudios, missing.video);
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

  /** A requirement the client did not answer is repeated. */
  tick(): void {
    this.#require();
  }

  close(): void {
    this.#closed = true;
    this.#slots.close();
    this.#client.close();
  }
}
