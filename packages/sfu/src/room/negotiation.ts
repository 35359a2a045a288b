import type { SessionDescription } from '@livekit/protocol';
import type { PeerConnections } from '../engine/messages.ts';
import type { MediaSource } from '../media/media-source.ts';
import type { NegotiatedSection } from '../signal/answer.ts';
import { DualNegotiation } from './dual-negotiation.ts';
import type { Participant } from './participant.ts';
import { SingleNegotiation } from './single-negotiation.ts';
import type { Subscription } from './subscription.ts';

/** How a participant and we agree on sections. Nothing outside knows over how many connections. */
export interface Negotiation {
  /** The connection for receiving is the one whose state is the participant's (told in the join). */
  readonly subscriberPrimary: boolean;
  /** The source of the section the client sends on. */
  source(mid: string): MediaSource | undefined;
  /** The section of the last offer that carries the client's track `cid`. */
  sectionOfTrack(cid: string): NegotiatedSection | undefined;
  /** Sections the client sends on without naming a track. */
  unnamedSections(): NegotiatedSection[];
  /** The join is answered; `offer` came with it, where the client had one ready. @throws like `onOffer` */
  begin(offer: SessionDescription | undefined): void;
  /** Answers an offer. @throws SdpError, RangeError when it cannot be used. */
  onOffer(description: SessionDescription): void;
  /** Takes the answer to our own offer. @throws SdpError, RangeError when it cannot be used. */
  onAnswer(description: SessionDescription): void;
  /** The path down is up: everything agreed before begins to flow. */
  onReceiving(): void;
  /** The signal connection is a new one: what was said last on the old one may not have arrived. */
  onResumed(): void;
  /** Something changed: settle it, once for all changes of this turn. */
  request(): void;
  /** What a subscription is sent from may have changed: its packets begin, or come from elsewhere. */
  start(subscription: Subscription): void;
  /** Takes a subscription off its section. */
  release(subscription: Subscription): void;
  /** About once a second. */
  tick(): void;
  close(): void;
}

export function openNegotiation(participant: Participant, peerConnections: PeerConnections): Negotiation {
  return peerConnections === 'single' ? new SingleNegotiation(participant) : new DualNegotiation(participant);
}
