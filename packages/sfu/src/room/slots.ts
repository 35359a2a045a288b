import { EXTENSION_URI } from '@alongside/rtp';
import type { PeerCodec } from '../media/codecs.ts';
import { Forwarder } from '../media/forwarder.ts';
import { extensionId, type NegotiatedSection, type SectionSend } from '../signal/answer.ts';
import { newSsrc } from './ids.ts';
import type { Participant } from './participant.ts';
import type { Subscription } from './subscription.ts';

/** Sections a client is made to keep; beyond it subscriptions wait for one to fall free. */
export const MAX_SLOTS = 200;

/**
 * A section the client can receive on. `free` → `assigned` → `releasing` (its track is gone; the next description says
 * inactive) → `free`. Browsers tell a new track only when a section goes from not receiving to receiving, so a slot
 * is never handed from one track to another within one description.
 */
export interface Slot {
  mid: string;
  kind: 'audio' | 'video';
  state: 'free' | 'assigned' | 'releasing';
  subscription: Subscription | undefined;
  send: SectionSend | undefined;
  /** Has carried a track before. */
  used: boolean;
}

/** The sections one participant receives on, and which subscription is on which. */
export class Slots {
  readonly #participant: Participant;
  readonly #byMid = new Map<string, Slot>();

  constructor(participant: Participant) {
    this.#participant = participant;
  }

  get size(): number {
    return this.#byMid.size;
  }

  /** In the order they were added. */
  get all(): IterableIterator<Slot> {
    return this.#byMid.values();
  }

  at(mid: string): Slot | undefined {
    return this.#byMid.get(mid);
  }

  /** False when there are too many already. */
  add(mid: string, kind: Slot['kind']): boolean {
    if (this.#byMid.size >= MAX_SLOTS) return false;
    this.#byMid.set(mid, { mid, kind, state: 'free', subscription: undefined, send: undefined, used: false });
    return true;
  }

  /** Drops every section for which `keep` is false; what it carried waits for another. */
  retain(keep: (mid: string) => boolean): void {
    for (const [mid, slot] of this.#byMid) {
      if (keep(mid)) continue;
      this.#detach(slot);
      this.#byMid.delete(mid);
    }
  }

  /** Puts waiting subscriptions on free slots; returns those newly placed. */
  assign(): Subscription[] {
    const placed: Subscription[] = [];
    for (const subscription of this.#participant.subscriptions.waiting()) {
      const { publication } = subscription;
      const { kind } = publication;
      const slot = [...this.#byMid.values()].find((candidate) => candidate.state === 'free' && candidate.kind === kind);
      if (!slot) continue;
      slot.state = 'assigned';
      slot.used = true;
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

  /** How many more sections of each kind the waiting subscriptions need. */
  missing(): { audio: number; video: number } {
    const missing = { audio: 0, video: 0 };
    for (const subscription of this.#participant.subscriptions.waiting()) missing[subscription.publication.kind]++;
    for (const slot of this.#byMid.values()) if (slot.state === 'free') missing[slot.kind]--;
    return { audio: Math.max(0, missing.audio), video: Math.max(0, missing.video) };
  }

  /** Whether another description could give a waiting subscription a section: one that is free or can still be made. */
  canPlace(): boolean {
    const waiting = this.#participant.subscriptions.waiting();
    if (this.#byMid.size < MAX_SLOTS) return waiting.length > 0;
    const free = [...this.#byMid.values()].filter((slot) => slot.state === 'free').map(({ kind }) => kind);
    return waiting.some(({ publication }) => free.includes(publication.kind));
  }

  releasing(): Slot[] {
    return [...this.#byMid.values()].filter((slot) => slot.state === 'releasing');
  }

  /** By mid, what we send. */
  sends(): Map<string, SectionSend> {
    const sends = new Map<string, SectionSend>();
    for (const slot of this.#byMid.values()) if (slot.state === 'assigned' && slot.send) sends.set(slot.mid, slot.send);
    return sends;
  }

  /** The whole map: clients replace theirs with every answer. */
  midToTrackId(): Record<string, string> {
    const map: Record<string, string> = {};
    for (const slot of this.#byMid.values()) {
      if (slot.state === 'assigned' && slot.subscription) map[slot.mid] = slot.subscription.publication.sid;
    }
    return map;
  }

  /** Takes over the payload types and extensions the client receives with. */
  settle(sections: readonly NegotiatedSection[]): void {
    const codecs: PeerCodec[] = [];
    for (const section of sections) {
      for (const codec of section.codecs) {
        if (!codecs.some((known) => known.payloadType === codec.payloadType)) codecs.push(codec);
      }
    }
    const extensions = sections.flatMap((section) => section.extensions);
    this.#participant.ensurePeer().downlink.configure(codecs, {
      transportSequence: extensionId(extensions, EXTENSION_URI.transportSequence),
      audioLevel: extensionId(extensions, EXTENSION_URI.audioLevel),
      orientation: extensionId(extensions, EXTENSION_URI.videoOrientation),
      dependencyDescriptor: extensionId(extensions, EXTENSION_URI.dependencyDescriptor),
      playoutDelay: extensionId(extensions, EXTENSION_URI.playoutDelay),
      allowMixed: sections.some((section) => section.allowMixed),
    });
  }

  /** The client knows the section: packets may flow as soon as there is a path. */
  start(subscription: Subscription): void {
    const slot = this.#byMid.get(subscription.mid);
    const { peer, room } = this.#participant;
    if (!slot?.send || slot.subscription !== subscription || !peer) return;
    const source = subscription.publication.sourceFor(peer.downlink.codecs);
    if (subscription.forwarder) {
      // Another stream must not go on under the same numbers: it gets a section of its own.
      if (subscription.forwarder.source !== source) this.#participant.negotiation.release(subscription);
      return;
    }
    if (!source) {
      // The publisher has to be asked for a codec this one can decode.
      subscription.publication.participant.publications.onDemand(subscription.publication);
      return;
    }
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
    const nowMs = room.host.nowMs();
    subscription.applyTo(nowMs);
    if (peer.receiving) forwarder.start(nowMs);
    if (!subscription.held) room.onSubscribed(subscription.publication);
  }

  /** There is a path now. */
  startAll(): void {
    const nowMs = this.#participant.room.host.nowMs();
    for (const forwarder of this.#participant.peer?.downlink.forwarders ?? []) {
      if (!forwarder.active) forwarder.start(nowMs);
    }
  }

  /** Takes a subscription off its slot, which the next description makes inactive; false when it is on none. */
  release(subscription: Subscription): boolean {
    const slot = this.#byMid.get(subscription.mid);
    if (!slot || slot.subscription !== subscription) return false;
    this.#detach(slot);
    slot.state = 'releasing';
    return true;
  }

  /** The description that made these inactive has reached the client, or another one will before they are used. */
  free(slots: readonly Slot[]): void {
    for (const slot of slots) if (slot.state === 'releasing') slot.state = 'free';
  }

  /**
   * The last description may have been lost with the old signal connection, and with it that a section was inactive:
   * no section that was used before is used again until another one has said so.
   */
  doubt(): void {
    for (const slot of this.#byMid.values()) if (slot.state === 'free' && slot.used) slot.state = 'releasing';
  }

  #detach(slot: Slot): void {
    const { subscription } = slot;
    slot.subscription = undefined;
    slot.send = undefined;
    if (!subscription) return;
    subscription.mid = '';
    if (subscription.forwarder) this.#participant.peer?.downlink.remove(subscription.forwarder);
    subscription.forwarder = undefined;
  }

  close(): void {
    for (const slot of this.#byMid.values()) this.#detach(slot);
  }
}
