import {
  type DataPacket,
  type DataPacket_Kind,
  DisconnectReason,
  type JoinRequest,
  LeaveRequest_Action,
  type ParticipantInfo,
  ParticipantUpdate,
  type Room as RoomInfo,
  SignalResponse,
  TrackSubscribed,
  WebhookEvent,
} from '@livekit/protocol';
import type { PeerConnections } from '../engine/messages.ts';
import type { AccessClaims } from '../service/tokens.ts';
import { DataRelay } from './data-relay.ts';
import { ForwardedSpeakers } from './forwarded-speakers.ts';
import type { RoomHost } from './host.ts';
import { newId } from './ids.ts';
import { joinAttributes } from './join-attributes.ts';
import { givenUp } from './lost-participants.ts';
import { Participant, type SignalSink } from './participant.ts';
import { isTold, Presence } from './presence.ts';
import type { Publication } from './publication.ts';
import { tellQualities } from './quality.ts';
import { Returning } from './returning.ts';
import { joinMessage, reconnectMessage, roomInfo, roomUpdate } from './room-messages.ts';
import { JoinRefused, type RoomSettings } from './room-settings.ts';
import { ServiceRpc } from './service-rpc.ts';
import { Speakers } from './speakers.ts';
import { tellStreamStates } from './stream-states.ts';

const SPEAKER_INTERVAL_MS = 400;
const QUALITY_INTERVAL_MS = 5_000;
const HOUSEKEEPING_INTERVAL_MS = 1_000;
const REFRESH_INTERVAL_MS = 5 * 60_000;

type TrackEvent = 'track_published' | 'track_unpublished';

/** A room: who is in it, what they publish, and who hears of what. */
export class Room {
  readonly sid: string = newId('RM_');
  readonly name: string;
  readonly host: RoomHost;
  readonly createdAtMs: number;
  readonly settings: RoomSettings;
  readonly #participants = new Map<string, Participant>();
  readonly returning = new Returning();
  readonly #speakers = new Speakers();
  readonly #forwardedSpeakers: ForwardedSpeakers;
  readonly #presence = new Presence();
  /** Calls the service API makes to participants. */
  readonly rpc: ServiceRpc = new ServiceRpc();
  readonly #data = new DataRelay();
  #emptySinceMs: number;
  #everJoined = false;
  #ended = false;
  #infoChanged = false;
  #recording = false;
  #lastSpeakersMs = 0;
  #lastQualityMs = 0;
  #lastHousekeepingMs = 0;
  #lastRefreshMs: number;

  constructor(name: string, settings: RoomSettings, host: RoomHost) {
    this.name = name;
    this.settings = settings;
    this.host = host;
    this.createdAtMs = host.wallMs();
    this.#forwardedSpeakers = new ForwardedSpeakers(settings.forwardedSpeakers);
    this.#emptySinceMs = host.nowMs();
    this.#lastRefreshMs = host.nowMs();
    host.emit(new WebhookEvent({ event: 'room_started', room: this.info() }));
  }

  get participants(): IterableIterator<Participant> {
    return this.#participants.values();
  }

  get participantCount(): number {
    return this.#participants.size;
  }

  get ended(): boolean {
    return this.#ended;
  }

  bySid(sid: string): Participant | undefined {
    return this.#participants.get(sid);
  }

  byIdentity(identity: string): Participant | undefined {
    for (const participant of this.#participants.values()) if (participant.identity === identity) return participant;
    return undefined;
  }

  /** Everything published in the room. What belongs to whoever waits for its rights is not there yet. */
  *publications(): IterableIterator<Publication> {
    for (const participant of this.#participants.values())
      if (!participant.waits) yield* participant.publications.published;
  }

  /** The same, and what somebody who waits is announced with: to be agreed on, not to be had. */
  *offered(): IterableIterator<Publication> {
    for (const participant of this.#participants.values())
      if (!participant.waits || participant.announced) yield* participant.publications.published;
  }

  publication(sid: string): Publication | undefined {
    for (const publication of this.publications()) if (publication.sid === sid) return publication;
    return undefined;
  }

  get recording(): boolean {
    return this.#recording;
  }

  info(): RoomInfo {
    return roomInfo(this);
  }

  /**
   * Lets somebody in: answers the join, then the offer that came with it, so that tracks already here are in the very
   * first answer. Who has the same identity already has to go.
   * @throws JoinRefused
   */
  join(
    claims: AccessClaims,
    request: JoinRequest,
    signal: SignalSink,
    peerConnections: PeerConnections = 'single',
  ): Participant {
    const before = this.byIdentity(claims.identity);
    const limit = this.settings.maxParticipants || this.host.limits.maxParticipantsPerRoom;
    // Whoever is hidden takes nobody's place: a whole team may stand by in the room of one call.
    const alike = [...this.#participants.values()].filter((other) => other.hidden === claims.video.hidden);
    if (!before && alike.length >= limit) {
      this.host.counters.refused('participants');
      throw new JoinRefused(503, 'room is full');
    }
    const participant = new Participant({
      room: this,
      claims,
      client: request.clientInfo,
      autoSubscribe: request.connectionSettings?.autoSubscribe ?? true,
      adaptiveStream: request.connectionSettings?.adaptiveStream ?? false,
      attributes: joinAttributes(claims, request.participantAttributes, this.host),
      peerConnections,
      signal,
    });
    if (before) {
      before.sendLeave(DisconnectReason.DUPLICATE_IDENTITY, LeaveRequest_Action.DISCONNECT);
      this.remove(before, DisconnectReason.DUPLICATE_IDENTITY);
    }
    this.#participants.set(participant.sid, participant);
    this.host.counters.joins++;
    this.#everJoined = true;
    this.#infoChanged = true;
    participant.become('joined');
    participant.send(joinMessage(this.info(), participant, this.#visibleInfos(participant)));
    for (const publication of this.offered()) participant.subscriptions.consider(publication);
    for (const track of request.addTrackRequests.slice(0, 50)) participant.publications.add(track);
    try {
      participant.negotiation.begin(request.publisherOffer);
    } catch (error) {
      // The client gets no answer and will offer again or give up; the room goes on.
      this.host.log('warn', 'first offer cannot be used', { participant: participant.sid, error: String(error) });
    }
    this.broadcastUpdate(participant, participant);
    participant.refreshToken();
    this.host.log('info', 'participant joined', { room: this.name, participant: participant.sid });
    return participant;
  }

  #visibleInfos(except: Participant): ParticipantInfo[] {
    return [...this.#participants.values()]
      .filter((other) => other !== except && isTold(other, except))
      .map((other) => other.info());
  }

  /** A participant whose signal was cut is back: everything it may have missed is told again. */
  resume(participant: Participant, signal: SignalSink): void {
    participant.attachSignal(signal);
    const cut = participant.simulatedResume;
    participant.simulatedResume = 'none';
    if (cut === 'before-messages') {
      signal.cut();
      participant.detachSignal(signal);
      return;
    }
    participant.send(reconnectMessage(participant));
    const participants = [participant.info(), ...this.#visibleInfos(participant)];
    participants.push(...this.returning.missed(participants, participant.hidden, this.host.nowMs()));
    participant.send(
      new SignalResponse({ message: { case: 'update', value: new ParticipantUpdate({ participants }) } }),
    );
    participant.send(roomUpdate(this));
    participant.send(new SignalResponse({ message: { case: 'speakersChanged', value: this.#speakers.current() } }));
    participant.refreshToken();
    participant.negotiation.onResumed();
    participant.publications.onResumed();
    if (cut === 'after-messages') {
      signal.cut();
      participant.detachSignal(signal);
    }
  }

  /** Takes a participant out and tells the others. */
  remove(participant: Participant, reason: DisconnectReason): void {
    if (this.#participants.get(participant.sid) !== participant) return;
    this.#participants.delete(participant.sid);
    const wasActive = participant.state === 'active';
    const gone = participant.publications.clear();
    participant.disconnectReason = reason;
    participant.become('disconnected');
    this.returning.out(participant.sid, reason);
    if (!participant.hidden || participant.announced) this.returning.left(participant.info(), this.host.nowMs());
    this.#speakers.forget(participant);
    this.broadcastUpdate(participant, participant);
    for (const publication of gone) this.#forget(publication);
    this.rpc.onLeft(participant);
    participant.close();
    this.#infoChanged = true;
    if (this.#participants.size === 0) this.#emptySinceMs = this.host.nowMs();
    this.host.log('info', 'participant left', {
      room: this.name,
      participant: participant.sid,
      reason: DisconnectReason[reason],
    });
    if (!participant.waits) for (const publication of gone) this.#emitTrack('track_unpublished', publication);
    // Whoever was announced as joined is announced as left; of whoever never got through, that is said.
    const event = wasActive ? 'participant_left' : 'participant_connection_aborted';
    this.host.emit(new WebhookEvent({ event, room: this.info(), participant: participant.info() }));
  }

  #forget(publication: Publication): void {
    for (const other of this.#participants.values()) other.subscriptions.forget(publication.sid);
  }

  /** Tells everybody how a participant is now, itself included unless it is `except`. */
  broadcastUpdate(participant: Participant, except?: Participant): void {
    this.#presence.tell(participant, this.#participants, except);
  }

  /** Whoever is hidden from now on is gone to all others. */
  onHidden(participant: Participant): void {
    this.#speakers.forget(participant);
    this.#presence.tellHidden(participant, this.#participants);
  }

  broadcast(response: SignalResponse): void {
    const bytes = response.toBinary();
    for (const participant of this.#participants.values()) participant.sendEncoded(bytes);
  }

  onActive(participant: Participant): void {
    participant.changed();
    this.host.emit(
      new WebhookEvent({ event: 'participant_joined', room: this.info(), participant: participant.info() }),
    );
  }

  /** Others must know the publication before a description carries it: clients drop what they cannot place. */
  onPublished(participant: Participant, publications: readonly Publication[]): void {
    participant.changed();
    if (!participant.waits) this.#offer(participant, publications, 'track_published');
    else if (participant.announced) this.#offer(participant, publications, null);
  }

  /** A participant got the rights it waited for, or lost them: what it publishes is there from now on, or no more. */
  onWaiting(participant: Participant): void {
    const event = participant.waits ? 'track_unpublished' : 'track_published';
    this.#offer(participant, [...participant.publications.published], event);
  }

  #offer(participant: Participant, publications: readonly Publication[], event: TrackEvent | null): void {
    for (const other of this.#participants.values()) {
      if (other === participant) continue;
      for (const publication of publications) other.subscriptions.consider(publication);
    }
    this.#infoChanged = true;
    if (event) for (const publication of publications) this.#emitTrack(event, publication);
  }

  onUnpublished(publication: Publication): void {
    publication.participant.changed();
    this.#forget(publication);
    this.#infoChanged = true;
    if (!publication.participant.waits) this.#emitTrack('track_unpublished', publication);
  }

  /** The publisher learns once that somebody gets its track. */
  onSubscribed(publication: Publication): void {
    if (publication.announcedSubscriber) return;
    publication.announcedSubscriber = true;
    const value = new TrackSubscribed({ trackSid: publication.sid });
    publication.participant.send(new SignalResponse({ message: { case: 'trackSubscribed', value } }));
  }

  #emitTrack(event: TrackEvent, publication: Publication): void {
    const { participant, info: track } = publication;
    this.host.emit(new WebhookEvent({ event, room: this.info(), participant: participant.info(), track }));
  }

  /** Passes a data packet to whom it is for. */
  relay(
    packet: DataPacket,
    kind: DataPacket_Kind,
    sender: Participant | undefined,
    destinationSids: readonly string[] = [],
  ): void {
    if (sender && this.rpc.take(packet, sender)) return;
    this.#data.relay(packet, kind, sender, destinationSids, this.#participants.values());
  }

  /** Clients show that they are recorded. */
  setRecording(recording: boolean): void {
    if (this.#recording === recording) return;
    this.#recording = recording;
    this.broadcast(roomUpdate(this));
  }

  setMetadata(metadata: string): void {
    this.settings.metadata = metadata;
    this.broadcast(roomUpdate(this));
  }

  /** Every 10 ms or so. */
  tick(nowMs: number): void {
    for (const { peer } of this.#participants.values()) {
      peer?.tick(nowMs);
      this.host.letUrgentThrough();
    }
    if (nowMs - this.#lastSpeakersMs >= SPEAKER_INTERVAL_MS) {
      const changed = this.#speakers.update(this.#participants.values(), nowMs - this.#lastSpeakersMs);
      this.#lastSpeakersMs = nowMs;
      this.#forwardedSpeakers.update(this.publications());
      this.#presence.flush(this.#participants);
      for (const participant of this.#participants.values()) tellStreamStates(participant);
      if (changed) this.broadcast(new SignalResponse({ message: { case: 'speakersChanged', value: changed } }));
    }
    if (nowMs - this.#lastQualityMs >= QUALITY_INTERVAL_MS) {
      this.#lastQualityMs = nowMs;
      tellQualities(this.#participants);
    }
    if (nowMs - this.#lastHousekeepingMs >= HOUSEKEEPING_INTERVAL_MS) {
      this.#lastHousekeepingMs = nowMs;
      this.#housekeep(nowMs);
    }
  }

  #housekeep(nowMs: number): void {
    for (const participant of [...this.#participants.values()]) {
      participant.negotiation.tick();
      participant.publications.tick();
      participant.publishLimit.check(nowMs);
      participant.subscriptions.keepReady(nowMs);
      const reason = givenUp({
        state: participant.state,
        sinceJoinMs: this.host.wallMs() - participant.joinedAtMs,
        signalLostMs: nowMs - participant.signalLostAtMs,
        mediaLostMs: nowMs - participant.mediaLostAtMs,
      });
      if (reason === undefined) continue;
      participant.sendLeave(reason, LeaveRequest_Action.DISCONNECT);
      this.remove(participant, reason);
    }
    if (this.#infoChanged) {
      this.#infoChanged = false;
      this.broadcast(roomUpdate(this));
    }
    if (nowMs - this.#lastRefreshMs >= REFRESH_INTERVAL_MS) {
      this.#lastRefreshMs = nowMs;
      for (const participant of this.#participants.values()) participant.refreshToken();
    }
    const limitS = this.#everJoined ? this.settings.departureTimeoutS : this.settings.emptyTimeoutS;
    if (this.#participants.size === 0 && nowMs - this.#emptySinceMs > limitS * 1000) {
      this.end(DisconnectReason.ROOM_CLOSED);
    }
  }

  /** Ends the room for everybody. @param action what clients are to do: leave, or come back elsewhere or later */
  end(reason: DisconnectReason, action: LeaveRequest_Action = LeaveRequest_Action.DISCONNECT): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const participant of [...this.#participants.values()]) {
      participant.sendLeave(reason, action);
      this.remove(participant, reason);
    }
    this.host.emit(new WebhookEvent({ event: 'room_finished', room: this.info() }));
    this.host.log('info', 'room ended', { room: this.name, reason: DisconnectReason[reason] });
    this.host.onRoomEnded(this);
  }
}
