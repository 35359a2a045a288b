import { parseSdp } from '@alongside/rtp';
import {
  DisconnectReason,
  LeaveRequest_Action,
  SessionDescription,
  SignalResponse,
  SubscriptionError,
  SubscriptionResponse,
} from '@livekit/protocol';
import { buildOffer, type OfferedSection, settledByAnswer } from '../signal/offer.ts';
import { candidateToSdp } from '../transport/ice-candidates.ts';
import { remoteOf } from './client-sections.ts';
import { newSsrc } from './ids.ts';
import type { Participant } from './participant.ts';
import { type Slot, Slots } from './slots.ts';
import type { Subscription } from './subscription.ts';

/** A client that does not answer this long has to start over. */
const ANSWER_TIMEOUT_MS = 15_000;

interface PendingOffer {
  id: number;
  atMs: number;
  sections: OfferedSection[];
  /** Sections it makes inactive: free once it is answered. */
  released: Slot[];
}

/**
 * Our offers for what a client receives. One is under way at a time: what changes meanwhile is in the next one. An
 * answer counts only for the offer whose number it bears.
 */
export class SubscriberOffers {
  readonly #participant: Participant;
  readonly #slots: Slots;
  readonly #sessionId = String(newSsrc());
  #sessionVersion = 1;
  #nextId = 1;
  #nextMid = 1;
  #pending: PendingOffer | undefined;
  #begun = false;
  #scheduled = false;
  #closed = false;

  constructor(participant: Participant) {
    this.#participant = participant;
    this.#slots = new Slots(participant);
  }

  /** The first offer: data channels, and every track that is already there. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    const { subscriber } = this.#participant.ensurePeer();
    subscriber.openDataChannel('_reliable', { ordered: true });
    subscriber.openDataChannel('_lossy', { ordered: false, maxRetransmits: 0 });
    this.#offer();
  }

  /** Something changed: offer, once for all changes of this turn. */
  request(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#offerChanges();
    });
  }

  #offerChanges(): void {
    if (this.#closed || this.#pending || !this.#participant.signalConnected) return;
    const isWaiting = this.#slots.canPlace();
    if (!this.#begun && isWaiting) this.begin();
    else if (this.#begun && (isWaiting || this.#slots.releasing().length > 0)) this.#offer();
  }

  #offer(): void {
    const participant = this.#participant;
    const missing = this.#slots.missing();
    for (let i = 0; i < missing.audio; i++) this.#addSlot('audio');
    for (let i = 0; i < missing.video; i++) this.#addSlot('video');
    const released = this.#slots.releasing();
    this.#slots.assign();
    const sections = [...this.#slots.all].map((slot) => {
      const publication = slot.subscription?.publication;
      return {
        mid: slot.mid,
        kind: slot.kind,
        send: slot.send,
        preferred: publication?.source?.codecs[0]?.name,
        stereo: publication?.info.stereo ?? false,
      };
    });
    const { local } = participant.ensurePeer().subscriber;
    const id = this.#nextId++;
    this.#pending = { id, atMs: participant.room.host.nowMs(), sections, released };
    const sdp = buildOffer({
      local,
      candidates: local.candidates.map(candidateToSdp),
      sessionId: this.#sessionId,
      sessionVersion: this.#sessionVersion++,
      sections,
    });
    participant.send(
      new SignalResponse({
        message: { case: 'offer', value: new SessionDescription({ type: 'offer', sdp, id }) },
      }),
    );
  }

  #addSlot(kind: Slot['kind']): void {
    if (this.#slots.add(String(this.#nextMid), kind)) this.#nextMid++;
  }

  /** @throws SdpError, RangeError when it cannot be used. */
  onAnswer(description: SessionDescription): void {
    const pending = this.#pending;
    // The native client numbers nothing.
    if (!pending || (description.id !== 0 && description.id !== pending.id)) {
      throw new RangeError(`answer ${description.id} is for no offer that is open`);
    }
    const answer = parseSdp(description.sdp);
    const { subscriber } = this.#participant.ensurePeer();
    subscriber.accept(remoteOf(answer));
    this.#pending = undefined;
    const settled = settledByAnswer(answer, pending.sections);
    this.#slots.settle(settled);
    this.#slots.free(pending.released);
    const received = new Set(settled.filter((section) => section.weSend).map((section) => section.mid));
    for (const { mid, send } of pending.sections) {
      const subscription = this.#slots.at(mid)?.subscription;
      if (!send || !subscription) continue;
      if (received.has(mid)) this.#slots.start(subscription);
      else this.#tellRefused(subscription);
    }
    this.request();
  }

  /** The client has no decoder for it. */
  #tellRefused(subscription: Subscription): void {
    const { sid } = subscription.publication;
    this.#participant.send(
      new SignalResponse({
        message: {
          case: 'subscriptionResponse',
          value: new SubscriptionResponse({ trackSid: sid, err: SubscriptionError.SE_CODEC_UNSUPPORTED }),
        },
      }),
    );
  }

  onReceiving(): void {
    this.#slots.startAll();
  }

  /** The offer under way, if any, is given up: this one says all it said, on new addresses. */
  onResumed(): void {
    if (!this.#begun) {
      this.request();
      return;
    }
    const { subscriber } = this.#participant.ensurePeer();
    if (subscriber.state !== 'new') subscriber.restart();
    this.#slots.doubt();
    this.#offer();
  }

  start(subscription: Subscription): void {
    this.#slots.start(subscription);
  }

  release(subscription: Subscription): void {
    if (this.#slots.release(subscription)) this.request();
  }

  tick(): void {
    const { room, signalConnected } = this.#participant;
    if (!this.#pending || !signalConnected || room.host.nowMs() - this.#pending.atMs < ANSWER_TIMEOUT_MS) return;
    this.#participant.sendLeave(DisconnectReason.STATE_MISMATCH, LeaveRequest_Action.RECONNECT);
  }

  close(): void {
    this.#closed = true;
    this.#slots.close();
  }
}
