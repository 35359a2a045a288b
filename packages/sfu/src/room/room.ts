import {
  ConnectionQualityUpdate,
  type DataPacket,
  type DataPacket_Kind,
  DisconnectReason,
  type JoinRequest,
  JoinResponse,
  LeaveRequest_Action,
  type ParticipantInfo,
  ParticipantUpdate,
  ReconnectResponse,
  Room as RoomInfo,
  RoomUpdate,
  SignalResponse,
  SpeakerInfo,
  SpeakersChanged,
  TrackSubscribed,
  WebhookEvent,
} from '@livekit/protocol';
import type { AccessClaims } from '../service/tokens.ts';
import type { RoomHost } from './host.ts';
import { newId } from './ids.ts';
import { Participant, type SignalSink } from './participant.ts';
import type { Publication } from './publication.ts';
import { measureQuality } from './quality.ts';
import { publishCodecs, serverInfo } from './server-info.ts';
import { Speakers } from './speakers.ts';

const PING_INTERVAL_S = 5;
const PING_TIMEOUT_S = 15;
const SPEAKER_INTERVAL_MS = 400;
const QUALITY_INTERVAL_MS = 5_000;
const HOUSEKEEPING_INTERVAL_MS = 1_000;
const REFRESH_INTERVAL_MS = 5 * 60_000;
/** Joined and never got a media path. */
const JOIN_TIMEOUT_MS = 60_000;
/** Signal gone while media lives: the client has this long to resume. */
const SIGNAL_RESUME_MS = 30_000;
/** Both gone. */
const LOST_TIMEOUT_MS = 15_000;

/** What a room is made with; 0 leaves a number to the engine's limits. */
export interface RoomSettings {
  emptyTimeoutS: number;
  departureTimeoutS: number;
  maxParticipants: number;
  metadata: string;
}

/** The room cannot take somebody; `status` is the HTTP answer. */
export class JoinRefused extends Error {
  override name = 'JoinRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A room: who is in it, what they publish, and who hears of what. */
export class Room {
  readonly sid: string = newId('RM_');
  readonly name: string;
  readonly host: RoomHost;
  readonly createdAtMs: number;
  readonly settings: RoomSettings;
  readonly #participants = new Map<string, Participant>();
  readonly #speakers = new Speakers();
  readonly #nonces = new Map<string, number>();
  #emptySinceMs: number;
  #everJoined = false;
  #ended = false;
  #infoChanged = false;
  #lastSpeakersMs = 0;
  #lastQualityMs = 0;
  #lastHousekeepingMs = 0;
  #lastRefreshMs: number;

  constructor(name: string, settings: RoomSettings, host: RoomHost) {
    this.name = name;
    this.settings = settings;
    this.host = host;
    this.createdAtMs = host.wallMs();
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

  /** Everything published in the room. */
  *publications(): IterableIterator<Publication> {
    for (const participant of this.#participants.values()) yield* participant.publications.published;
  }

  publication(sid: string): Publication | undefined {
    for (const publication of this.publications()) if (publication.sid === sid) return publication;
    return undefined;
  }

  info(): RoomInfo {
    const visible = [...this.#participants.values()].filter((participant) => !participant.hidden);
    return new RoomInfo({
      sid: this.sid,
      name: this.name,
      emptyTimeout: this.settings.emptyTimeoutS,
      departureTimeout: this.settings.departureTimeoutS,
      maxParticipants: this.settings.maxParticipants,
      creationTime: BigInt(Math.floor(this.createdAtMs / 1000)),
      creationTimeMs: BigInt(this.createdAtMs),
      metadata: this.settings.metadata,
      numParticipants: visible.length,
      numPublishers: visible.filter((participant) => participant.publications.count > 0).length,
      enabledCodecs: publishCodecs(),
    });
  }

  /**
   * Lets somebody in: answers the join, then the offer that came with it, so that tracks already here are in the very
   * first answer. Who has the same identity already has to go.
   * @throws JoinRefused
   */
  join(claims: AccessClaims, request: JoinRequest, signal: SignalSink): Participant {
    const before = this.byIdentity(claims.identity);
    const limit = this.settings.maxParticipants || this.host.limits.maxParticipantsPerRoom;
    if (!before && this.#participants.size >= limit) throw new JoinRefused(503, 'room is full');
    const participant = new Participant({
      room: this,
      claims,
      client: request.clientInfo,
      autoSubscribe: request.connectionSettings?.autoSubscribe ?? true,
      adaptiveStream: request.connectionSettings?.adaptiveStream ?? false,
      attributes: request.participantAttributes,
      signal,
    });
    if (before) {
      before.sendLeave(DisconnectReason.DUPLICATE_IDENTITY, LeaveRequest_Action.DISCONNECT);
      this.remove(before, DisconnectReason.DUPLICATE_IDENTITY);
    }
    this.#participants.set(participant.sid, participant);
    this.#everJoined = true;
    this.#infoChanged = true;
    participant.become('joined');
    participant.send(new SignalResponse({ message: { case: 'join', value: this.#joinResponse(participant) } }));
    for (const publication of this.publications()) participant.subscriptions.consider(publication);
    for (const track of request.addTrackRequests.slice(0, 50)) participant.publications.add(track);
    if (request.publisherOffer) {
      try {
        participant.negotiation.onOffer(request.publisherOffer);
      } catch (error) {
        // The client gets no answer and will offer again or give up; the room goes on.
        this.host.log('warn', 'first offer cannot be used', { participant: participant.sid, error: String(error) });
      }
    }
    this.broadcastUpdate(participant, participant);
    participant.refreshToken();
    this.host.log('info', 'participant joined', { room: this.name, participant: participant.sid });
    return participant;
  }

  #joinResponse(participant: Participant): JoinResponse {
    return new JoinResponse({
      room: this.info(),
      participant: participant.info(),
      otherParticipants: this.#visibleInfos(participant),
      serverVersion: serverInfo().version,
      serverInfo: serverInfo(),
      // One connection, offered by the client, carries both directions.
      subscriberPrimary: false,
      pingInterval: PING_INTERVAL_S,
      pingTimeout: PING_TIMEOUT_S,
      enabledPublishCodecs: publishCodecs(),
      fastPublish: participant.permission.canPublish,
      iceServers: [],
    });
  }

  #visibleInfos(except: Participant): ParticipantInfo[] {
    return [...this.#participants.values()]
      .filter((other) => other !== except && !other.hidden)
      .map((other) => other.info());
  }

  /** A participant whose signal was cut is back: everything it may have missed is told again. */
  resume(participant: Participant, signal: SignalSink): void {
    participant.attachSignal(signal);
    const cut = participant.simulatedResume;
    participant.simulatedResume = 'none';
    if (cut === 'before-messages') {
      signal.hangUp();
      participant.detachSignal(signal);
      return;
    }
    participant.send(
      new SignalResponse({
        message: {
          case: 'reconnect',
          value: new ReconnectResponse({
            serverInfo: serverInfo(),
            lastMessageSeq: participant.data.lastSequence,
            iceServers: [],
          }),
        },
      }),
    );
    participant.send(
      new SignalResponse({
        message: {
          case: 'update',
          value: new ParticipantUpdate({ participants: [participant.info(), ...this.#visibleInfos(participant)] }),
        },
      }),
    );
    participant.send(this.#roomUpdate());
    participant.send(new SignalResponse({ message: { case: 'speakersChanged', value: this.#speakers.current() } }));
    participant.refreshToken();
    if (cut === 'after-messages') {
      signal.hangUp();
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
    this.#speakers.forget(participant);
    this.broadcastUpdate(participant, participant);
    for (const publication of gone) this.#forget(publication);
    participant.close();
    this.#infoChanged = true;
    if (this.#participants.size === 0) this.#emptySinceMs = this.host.nowMs();
    this.host.log('info', 'participant left', {
      room: this.name,
      participant: participant.sid,
      reason: DisconnectReason[reason],
    });
    for (const publication of gone) this.#emitTrack('track_unpublished', publication);
    if (wasActive) {
      this.host.emit(
        new WebhookEvent({ event: 'participant_left', room: this.info(), participant: participant.info() }),
      );
    }
  }

  #forget(publication: Publication): void {
    for (const other of this.#participants.values()) other.subscriptions.forget(publication.sid);
  }

  /** Tells everybody how a participant is now, itself included unless it is `except`. */
  broadcastUpdate(participant: Participant, except?: Participant): void {
    const response = new SignalResponse({
      message: { case: 'update', value: new ParticipantUpdate({ participants: [participant.info()] }) },
    });
    for (const other of this.#participants.values()) {
      if (other === except || (participant.hidden && other !== participant)) continue;
      other.send(response);
    }
  }

  #broadcast(response: SignalResponse): void {
    for (const participant of this.#participants.values()) participant.send(response);
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
    for (const other of this.#participants.values()) {
      if (other === participant) continue;
      for (const publication of publications) other.subscriptions.consider(publication);
    }
    this.#infoChanged = true;
    for (const publication of publications) this.#emitTrack('track_published', publication);
  }

  onUnpublished(publication: Publication): void {
    publication.participant.changed();
    this.#forget(publication);
    this.#infoChanged = true;
    this.#emitTrack('track_unpublished', publication);
  }

  /** The publisher learns once that somebody gets its track. */
  onSubscribed(publication: Publication): void {
    if (publication.announcedSubscriber) return;
    publication.announcedSubscriber = true;
    publication.participant.send(
      new SignalResponse({
        message: { case: 'trackSubscribed', value: new TrackSubscribed({ trackSid: publication.sid }) },
      }),
    );
  }

  #emitTrack(event: string, publication: Publication): void {
    this.host.emit(
      new WebhookEvent({
        event,
        room: this.info(),
        participant: publication.participant.info(),
        track: publication.info,
      }),
    );
  }

  /** Passes a data packet to whom it is for; everybody but the sender when it names nobody. */
  relay(
    packet: DataPacket,
    kind: DataPacket_Kind,
    sender: Participant | undefined,
    destinationSids: readonly string[] = [],
  ): void {
    if (
      packet.value.case === 'user' &&
      packet.value.value.nonce.length === 16 &&
      !this.#firstTime(packet.value.value.nonce)
    ) {
      return;
    }
    const identities = packet.destinationIdentities;
    const forAll = identities.length === 0 && destinationSids.length === 0;
    const bytes = Buffer.from(packet.toBinary());
    for (const other of this.#participants.values()) {
      if (other === sender) continue;
      if (forAll || identities.includes(other.identity) || destinationSids.includes(other.sid)) {
        other.data.send(bytes, kind);
      }
    }
  }

  /** Whether a nonce is new; a service call that was retried must not be delivered twice. */
  #firstTime(nonce: Uint8Array): boolean {
    const key = Buffer.from(nonce).toString('base64');
    if (this.#nonces.has(key)) return false;
    this.#nonces.set(key, this.host.nowMs());
    if (this.#nonces.size > 1_000) this.#nonces.delete(this.#nonces.keys().next().value!);
    return true;
  }

  setMetadata(metadata: string): void {
    this.settings.metadata = metadata;
    this.#broadcast(this.#roomUpdate());
  }

  #roomUpdate(): SignalResponse {
    return new SignalResponse({ message: { case: 'roomUpdate', value: new RoomUpdate({ room: this.info() }) } });
  }

  simulateSpeaker(participant: Participant, seconds: number): void {
    const tell = (level: number): void =>
      this.#broadcast(
        new SignalResponse({
          message: {
            case: 'speakersChanged',
            value: new SpeakersChanged({
              speakers: [new SpeakerInfo({ sid: participant.sid, level, active: level > 0 })],
            }),
          },
        }),
      );
    tell(0.75);
    setTimeout(() => tell(0), Math.min(60, Math.max(0, seconds)) * 1000).unref();
  }

  /** Every 20 ms or so. */
  tick(nowMs: number): void {
    for (const participant of this.#participants.values()) participant.peer?.tick(nowMs);
    if (nowMs - this.#lastSpeakersMs >= SPEAKER_INTERVAL_MS) {
      const changed = this.#speakers.update(this.#participants.values(), nowMs - this.#lastSpeakersMs);
      this.#lastSpeakersMs = nowMs;
      if (changed) this.#broadcast(new SignalResponse({ message: { case: 'speakersChanged', value: changed } }));
    }
    if (nowMs - this.#lastQualityMs >= QUALITY_INTERVAL_MS) {
      this.#lastQualityMs = nowMs;
      this.#tellQuality();
    }
    if (nowMs - this.#lastHousekeepingMs >= HOUSEKEEPING_INTERVAL_MS) {
      this.#lastHousekeepingMs = nowMs;
      this.#housekeep(nowMs);
    }
  }

  #tellQuality(): void {
    const updates = [];
    for (const participant of this.#participants.values()) {
      const info = measureQuality(participant);
      if (!info || info.quality === participant.quality) continue;
      participant.quality = info.quality;
      if (!participant.hidden) updates.push(info);
    }
    if (updates.length === 0) return;
    this.#broadcast(
      new SignalResponse({
        message: { case: 'connectionQuality', value: new ConnectionQualityUpdate({ updates }) },
      }),
    );
  }

  #housekeep(nowMs: number): void {
    for (const participant of [...this.#participants.values()]) {
      participant.negotiation.tick();
      const joinedMs = this.host.wallMs() - participant.joinedAtMs;
      if (participant.state === 'joined' && joinedMs > JOIN_TIMEOUT_MS) {
        participant.sendLeave(DisconnectReason.JOIN_FAILURE, LeaveRequest_Action.DISCONNECT);
        this.remove(participant, DisconnectReason.JOIN_FAILURE);
        continue;
      }
      const signalLostMs = nowMs - participant.signalLostAtMs;
      const mediaLostMs = nowMs - participant.mediaLostAtMs;
      const bothLostMs = Math.min(signalLostMs, mediaLostMs);
      if (signalLostMs > SIGNAL_RESUME_MS || bothLostMs > LOST_TIMEOUT_MS) {
        this.remove(participant, DisconnectReason.SIGNAL_CLOSE);
      }
    }
    if (this.#infoChanged) {
      this.#infoChanged = false;
      this.#broadcast(this.#roomUpdate());
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

  /** Ends the room for everybody. */
  end(reason: DisconnectReason): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const participant of [...this.#participants.values()]) {
      participant.sendLeave(reason, LeaveRequest_Action.DISCONNECT);
      this.remove(participant, reason);
    }
    this.host.emit(new WebhookEvent({ event: 'room_finished', room: this.info() }));
    this.host.log('info', 'room ended', { room: this.name, reason: DisconnectReason[reason] });
    this.host.onRoomEnded(this);
  }
}
