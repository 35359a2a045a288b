import { parseSdp } from '@alongside/rtp';
import { SessionDescription, SignalResponse } from '@livekit/protocol';
import type { MediaSource } from '../media/media-source.ts';
import { buildAnswer, type NegotiatedSection } from '../signal/answer.ts';
import { candidateToSdp } from '../transport/ice-candidates.ts';
import { ClientSections, remoteOf, trackIdOf } from './client-sections.ts';
import { newSsrc } from './ids.ts';
import type { Negotiation } from './negotiation.ts';
import type { Participant } from './participant.ts';
import { SubscriberOffers } from './subscriber-offers.ts';
import type { Subscription } from './subscription.ts';

const NOTHING_SENT = new Map<string, never>();

/**
 * Two connections: the client offers the one it sends on, which is answered here; we offer the one it receives on
 * (`SubscriberOffers`). Neither waits for the other.
 */
export class DualNegotiation implements Negotiation {
  readonly subscriberPrimary: boolean;
  readonly #participant: Participant;
  readonly #client: ClientSections;
  readonly #offers: SubscriberOffers;
  readonly #sessionId = String(newSsrc());
  #sessionVersion = 1;
  #remoteUfrag = '';

  constructor(participant: Participant) {
    this.#participant = participant;
    // Who may not receive connects for sending at once, and is offered the other connection when that changes.
    this.subscriberPrimary = participant.permission.canSubscribe;
    this.#client = new ClientSections(participant);
    this.#offers = new SubscriberOffers(participant);
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
    if (this.subscriberPrimary) this.#offers.begin();
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
    this.#client.take(offer);
    const answer = buildAnswer({
      offer,
      local: pipe.local,
      candidates: pipe.local.candidates.map(candidateToSdp),
      setup,
      sessionId: this.#sessionId,
      sessionVersion: this.#sessionVersion++,
      sends: NOTHING_SENT,
      receive: (section) => participant.publications.receivePolicy(trackIdOf(section)),
      opus: participant.publications.opusPolicy(),
    });
    this.#client.settle(answer.sections);
    participant.send(
      new SignalResponse({
        message: {
          case: 'answer',
          value: new SessionDescription({ type: 'answer', sdp: answer.sdp, id: description.id }),
        },
      }),
    );
    participant.publications.bind();
  }

  onAnswer(description: SessionDescription): void {
    this.#offers.onAnswer(description);
  }

  onReceiving(): void {
    this.#offers.onReceiving();
  }

  onResumed(): void {
    this.#offers.onResumed();
  }

  request(): void {
    this.#offers.request();
  }

  start(subscription: Subscription): void {
    this.#offers.start(subscription);
  }

  release(subscription: Subscription): void {
    this.#offers.release(subscription);
  }

  tick(): void {
    this.#offers.tick();
  }

  close(): void {
    this.#offers.close();
    this.#client.close();
  }
}
