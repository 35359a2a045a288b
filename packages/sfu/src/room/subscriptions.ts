import {
  SignalResponse,
  SubscriptionError,
  SubscriptionPermissionUpdate,
  SubscriptionResponse,
  type UpdateSubscription,
  type UpdateTrackSettings,
} from '@livekit/protocol';
import type { Participant } from './participant.ts';
import { isTold } from './presence.ts';
import type { Publication } from './publication.ts';
import { Subscription } from './subscription.ts';

/** A key frame older than this is replaced for who stands by; replays begin with none older than two seconds. */
const READY_KEY_FRAME_MS = 800;

/** What one participant receives, and what it would. */
export class Subscriptions {
  readonly #participant: Participant;
  readonly #bySid = new Map<string, Subscription>();
  /** Explicit wishes by track id; they outlive the track's not being there yet. */
  readonly #wishes = new Map<string, boolean>();
  readonly #settings = new Map<string, UpdateTrackSettings>();

  constructor(participant: Participant) {
    this.#participant = participant;
  }

  get count(): number {
    return this.#bySid.size;
  }

  get all(): IterableIterator<Subscription> {
    return this.#bySid.values();
  }

  get(sid: string): Subscription | undefined {
    return this.#bySid.get(sid);
  }

  /** What is sent of a track changed: the subscription takes the codec it can decode. */
  begin(sid: string): void {
    const subscription = this.#bySid.get(sid);
    if (subscription) this.#participant.negotiation.start(subscription);
  }

  /** Subscriptions without a section, those a person waits for most first: sound, a shared screen, faces. */
  waiting(): Subscription[] {
    return [...this.#bySid.values()]
      .filter((subscription) => subscription.mid === '')
      .sort((a, b) => a.publication.info.source - b.publication.info.source || 0);
  }

  /** A track is there, or whether it may be had changed: subscribe or not, by wish, setting and permission. */
  consider(publication: Publication): void {
    const participant = this.#participant;
    const current = this.#bySid.get(publication.sid);
    const wished = this.#wishes.get(publication.sid) ?? participant.autoSubscribe;
    const owner = publication.participant;
    const mayReceive = participant.permission.canSubscribe;
    const isAhead = owner.announced && mayReceive && !participant.hidden;
    const open = (!owner.waits || isAhead) && owner.allowsSubscriber(participant, publication);
    const allowed = mayReceive && open && !owner.waits;
    // Sections take a round trip to agree on: where one of the two stands by, that is done before the rights are there.
    const held = !allowed && open && (participant.standsBy || isAhead);
    if (publication.published && wished && (allowed || held)) {
      if (current) {
        if (current.held && allowed) this.#release(current);
        else if (held) current.setHeld(true, participant.room.host.nowMs());
        return;
      }
      const subscription = new Subscription(publication, participant.adaptiveStream, held);
      const settings = this.#settings.get(publication.sid);
      if (settings) subscription.applySettings(settings, participant.room.host.nowMs());
      this.#bySid.set(publication.sid, subscription);
      // It takes a round trip to agree on a section, and about as long until the key frame is here.
      if (!held) publication.source?.prepareKeyFrames(subscription.wantedSpatial, participant.room.host.nowMs());
      participant.negotiation.request();
      publication.participant.publications.onDemand(publication);
    } else if (current) {
      this.drop(publication.sid);
    }
  }

  /** Whoever stood by may have it now: it flows at once where the section is agreed upon. */
  #release(subscription: Subscription): void {
    const { room } = this.#participant;
    const { publication } = subscription;
    const nowMs = room.host.nowMs();
    subscription.setHeld(false, nowMs);
    if (subscription.forwarder) room.onSubscribed(publication);
    else publication.source?.prepareKeyFrames(subscription.wantedSpatial, nowMs);
    publication.participant.publications.onDemand(publication);
  }

  /** About once a second: who stands by finds a fresh key frame of the lowest layer the moment it may see it. */
  keepReady(nowMs: number): void {
    for (const { held, publication } of this.#bySid.values()) {
      const lowest = held ? publication.source?.streams.find((stream) => stream !== undefined) : undefined;
      if (publication.kind === 'video' && lowest && nowMs - lowest.keyFrameAtMs > READY_KEY_FRAME_MS) {
        lowest.keyFrames.request(nowMs);
      }
    }
  }

  drop(sid: string): void {
    const subscription = this.#bySid.get(sid);
    if (!subscription) return;
    this.#bySid.delete(sid);
    this.#participant.negotiation.release(subscription);
    subscription.publication.participant.publications.onDemand(subscription.publication);
  }

  /** The track is gone for good. */
  forget(sid: string): void {
    this.drop(sid);
    this.#wishes.delete(sid);
    this.#settings.delete(sid);
  }

  /** A track's permission changed: tell the client, where it knows of the track, then act on it. */
  onPermission(publication: Publication, allowed: boolean): void {
    const { participant: owner, sid: trackSid } = publication;
    if (isTold(owner, this.#participant)) {
      const value = new SubscriptionPermissionUpdate({ participantSid: owner.sid, trackSid, allowed });
      this.#participant.send(new SignalResponse({ message: { case: 'subscriptionPermissionUpdate', value } }));
    }
    this.consider(publication);
  }

  /** An explicit wish of the client or the service API. */
  update(request: UpdateSubscription): void {
    const sids = [...request.trackSids, ...request.participantTracks.flatMap((tracks) => tracks.trackSids)];
    for (const sid of sids.slice(0, 1_000)) {
      this.#wishes.set(sid, request.subscribe);
      const publication = this.#participant.room.publication(sid);
      if (publication) this.consider(publication);
      else if (request.subscribe) {
        this.#participant.send(
          new SignalResponse({
            message: {
              case: 'subscriptionResponse',
              value: new SubscriptionResponse({ trackSid: sid, err: SubscriptionError.SE_TRACK_NOTFOUND }),
            },
          }),
        );
      }
    }
    // A client that invents ids must not fill our memory.
    while (this.#wishes.size > 10_000) this.#wishes.delete(this.#wishes.keys().next().value!);
  }

  applySettings(settings: UpdateTrackSettings): void {
    const nowMs = this.#participant.room.host.nowMs();
    for (const sid of settings.trackSids.slice(0, 1_000)) {
      if (this.#settings.size < 10_000) this.#settings.set(sid, settings);
      const subscription = this.#bySid.get(sid);
      if (!subscription) continue;
      subscription.applySettings(settings, nowMs);
      subscription.publication.participant.publications.onDemand(subscription.publication);
    }
  }

  clear(): void {
    this.#bySid.clear();
  }
}
