import {
  type ClientInfo,
  DisconnectReason,
  LeaveRequest,
  LeaveRequest_Action,
  ParticipantInfo,
  ParticipantInfo_Kind,
  type ParticipantPermission,
  SignalResponse,
  type SubscriptionPermission,
} from '@livekit/protocol';
import type { PeerConnections } from '../engine/messages.ts';
import { PublishLimit } from '../limits/publish-limit.ts';
import type { AccessClaims } from '../service/tokens.ts';
import type { PipeFailure, PipeState } from '../transport/pipe.ts';
import { isAnnounced } from './announced.ts';
import { DataChannels } from './data-channels.ts';
import { newId } from './ids.ts';
import { type Negotiation, openNegotiation } from './negotiation.ts';
import { mayBecome, type ParticipantState, protocolState } from './participant-state.ts';
import { Peer } from './peer.ts';
import { grantWith, permissionOf } from './permissions.ts';
import { tellAnnounced } from './presence.ts';
import type { Publication } from './publication.ts';
import { Publications } from './publications.ts';
import type { ForcedPath } from './returning.ts';
import type { Room } from './room.ts';
import { Subscriptions } from './subscriptions.ts';

/** What a client may say it can do, which everybody else is told: more than the protocol knows by far. */
const MAX_CAPABILITIES = 32;

/** The signal connection of one participant, as the front holds it. */
export interface SignalSink {
  send(data: Uint8Array): void;
  hangUp(): void;
  /** Breaks the line: older clients take a proper close for the end, and do not come back. */
  cut(): void;
  refresh(claims: AccessClaims): void;
}

export interface ParticipantOptions {
  room: Room;
  claims: AccessClaims;
  client: ClientInfo | undefined;
  autoSubscribe: boolean;
  adaptiveStream: boolean;
  attributes: Record<string, string>;
  peerConnections: PeerConnections;
  signal: SignalSink;
}

const KINDS: Readonly<Record<string, ParticipantInfo_Kind>> = {
  agent: ParticipantInfo_Kind.AGENT,
  ingress: ParticipantInfo_Kind.INGRESS,
  egress: ParticipantInfo_Kind.EGRESS,
  sip: ParticipantInfo_Kind.SIP,
};

/** One member of a room: who it is, what it may, what it sends and receives, and the connections it does that over. */
export class Participant {
  readonly sid: string = newId('PA_');
  readonly room: Room;
  readonly identity: string;
  readonly client: ClientInfo | undefined;
  readonly autoSubscribe: boolean;
  readonly adaptiveStream: boolean;
  readonly joinedAtMs: number;
  readonly publications: Publications;
  readonly subscriptions: Subscriptions;
  readonly negotiation: Negotiation;
  readonly data: DataChannels;
  readonly publishLimit: PublishLimit;
  name: string;
  metadata: string;
  attributes: Record<string, string>;
  permission: ParticipantPermission;
  peer: Peer | undefined;
  disconnectReason: DisconnectReason = DisconnectReason.UNKNOWN_REASON;
  /** When the client last said anything on its signal: while it is there, a ping every few seconds at least. */
  signalHeardMs: number;
  /** When the signal was cut, `Infinity` while it is there. */
  signalLostAtMs = Number.POSITIVE_INFINITY;
  /** When the media path was lost after having been there, `Infinity` otherwise. */
  mediaLostAtMs = Number.POSITIVE_INFINITY;
  /** The way to its media it asked for on an earlier connection. */
  readonly forcedPath: ForcedPath | undefined;
  /** Of its connection, as others were told last; −1: they were not. */
  quality = -1;
  /** It was told of everybody's quality, and is told what changes. */
  toldQualities = false;
  /** A test asked for the next resume to be cut. */
  simulatedResume: 'none' | 'before-messages' | 'after-messages' = 'none';
  readonly #announced: boolean;
  readonly #peerConnections: PeerConnections;
  #claims: AccessClaims;
  #signal: SignalSink | undefined;
  #state: ParticipantState = 'joining';
  #version = 0;
  #subscriptionPermission: SubscriptionPermission | undefined;

  constructor(options: ParticipantOptions) {
    this.room = options.room;
    this.#claims = options.claims;
    this.#signal = options.signal;
    this.identity = options.claims.identity;
    this.name = options.claims.name;
    this.metadata = options.claims.metadata;
    this.attributes = { ...options.claims.attributes, ...options.attributes };
    this.permission = permissionOf(options.claims.video);
    this.client = options.client;
    this.autoSubscribe = options.autoSubscribe;
    this.adaptiveStream = options.adaptiveStream;
    this.joinedAtMs = this.room.host.wallMs();
    this.signalHeardMs = this.room.host.nowMs();
    this.publications = new Publications(this);
    this.subscriptions = new Subscriptions(this);
    this.forcedPath = this.room.returning.pathOf(this.identity);
    this.#peerConnections = options.peerConnections;
    this.#announced = isAnnounced(options.claims, this.room.participants);
    this.negotiation = openNegotiation(this, options.peerConnections);
    this.data = new DataChannels(this);
    this.publishLimit = new PublishLimit(this, this.room.host.nowMs());
  }

  get state(): ParticipantState {
    return this.#state;
  }

  get claims(): AccessClaims {
    return this.#claims;
  }

  get signalConnected(): boolean {
    return this.#signal !== undefined;
  }

  get mediaConnected(): boolean {
    return this.peer?.connected ?? false;
  }

  /** Hidden and without the right to receive: it waits for its rights, and what it publishes waits with it. */
  get waits(): boolean {
    return this.hidden && !this.permission.canSubscribe;
  }

  /** Waits on one connection, which can be made ready for what it will receive. */
  get standsBy(): boolean {
    return this.waits && this.#peerConnections === 'single';
  }

  /**
   * Told, without a name, to those who are here with their rights, so that they agree on what it will send before it may:
   * where its token asks for that by the attribute `announced`.
   */
  get announced(): boolean {
    return this.standsBy && this.#announced;
  }

  /** Hidden participants and recorders are told to nobody. */
  get hidden(): boolean {
    return this.permission.hidden;
  }

  /** Goes on to `state` when the state machine has that step; true when it did. */
  become(state: ParticipantState): boolean {
    if (!mayBecome(this.#state, state)) return false;
    this.#state = state;
    this.#version++;
    return true;
  }

  info(): ParticipantInfo {
    const { client } = this;
    return new ParticipantInfo({
      sid: this.sid,
      identity: this.identity,
      name: this.announced ? '' : this.name,
      state: protocolState(this.#state),
      tracks: this.#state === 'disconnected' ? [] : [...this.publications.published].map((track) => track.info),
      metadata: this.metadata,
      attributes: this.attributes,
      joinedAt: BigInt(Math.floor(this.joinedAtMs / 1000)),
      joinedAtMs: BigInt(this.joinedAtMs),
      version: this.#version,
      permission: this.permission,
      isPublisher: this.publications.count > 0,
      kind: KINDS[this.#claims.kind] ?? ParticipantInfo_Kind.STANDARD,
      disconnectReason: this.disconnectReason,
      // Peers choose the format of data streams and RPC by what the other understands.
      clientProtocol: client?.clientProtocol ?? 0,
      capabilities: [...new Set(client?.capabilities)].slice(0, MAX_CAPABILITIES),
    });
  }

  /** Something others see changed: tells the room, this participant included. */
  changed(): void {
    this.#version++;
    this.room.broadcastUpdate(this);
  }

  send(response: SignalResponse): void {
    this.#signal?.send(response.toBinary());
  }

  /** A message that many get is encoded once. @param bytes `livekit.SignalResponse` */
  sendEncoded(bytes: Uint8Array): void {
    this.#signal?.send(bytes);
  }

  /** Has the front sign and send a fresh token. */
  refreshToken(): void {
    this.#signal?.refresh(this.#claims);
  }

  /** Takes over a new signal connection (resume); the old one, if any, is hung up without a word. */
  attachSignal(signal: SignalSink): void {
    if (this.#signal && this.#signal !== signal) this.#signal.hangUp();
    this.#signal = signal;
    this.signalHeardMs = this.room.host.nowMs();
    this.signalLostAtMs = Number.POSITIVE_INFINITY;
    // What went to the old one since it broke was heard by nobody.
    this.toldQualities = false;
    for (const subscription of this.subscriptions.all) subscription.toldPaused = undefined;
  }

  /** The signal connection was cut; the participant stays while it may come back. */
  detachSignal(signal: SignalSink): void {
    if (this.#signal !== signal) return;
    this.#signal = undefined;
    this.signalLostAtMs = this.room.host.nowMs();
    if (!this.mediaConnected && this.#state !== 'active') this.room.remove(this, DisconnectReason.SIGNAL_CLOSE);
  }

  /** Says goodbye and closes the signal connection. Clients take a plain close for an accident and come back. */
  sendLeave(reason: DisconnectReason, action: LeaveRequest_Action): void {
    this.send(
      new SignalResponse({
        message: {
          case: 'leave',
          value: new LeaveRequest({ reason, action, canReconnect: action !== LeaveRequest_Action.DISCONNECT }),
        },
      }),
    );
    this.#signal?.hangUp();
    this.#signal = undefined;
    this.signalLostAtMs = this.room.host.nowMs();
  }

  /** What a failure looks like from outside: no goodbye, and the line is broken. */
  cutSignal(): void {
    this.#signal?.cut();
    this.#signal = undefined;
    this.signalLostAtMs = this.room.host.nowMs();
  }

  ensurePeer(): Peer {
    this.peer ??= new Peer({
      factory: this.room.host.transport,
      scratch: this.room.host.scratch,
      name: this.sid,
      peerConnections: this.#peerConnections,
      subscriberPrimary: this.negotiation.subscriberPrimary,
      protocols: this.forcedPath === 'tcp' ? ['tcp'] : undefined,
      events: {
        onState: (state, failure) => this.#onPeerState(state, failure),
        onReceiving: () => this.negotiation.onReceiving(),
        onData: (label, data) => this.data.onMessage(label, data),
        onChannelOpen: (label) => this.data.onChannelOpen(label),
      },
    });
    return this.peer;
  }

  #onPeerState(state: PipeState, failure: PipeFailure | undefined): void {
    const { room } = this;
    room.host.log('debug', 'media path changed', { participant: this.sid, state, failure });
    if (state === 'connected') {
      this.mediaLostAtMs = Number.POSITIVE_INFINITY;
      if (this.become('active')) room.onActive(this);
    } else if (state === 'disconnected' || state === 'failed') {
      this.mediaLostAtMs = Math.min(this.mediaLostAtMs, room.host.nowMs());
      if (state === 'failed') this.#onPeerFailed();
    }
  }

  #onPeerFailed(): void {
    // The path cannot be revived: whoever still hears us starts over, whoever does not is gone.
    if (this.signalConnected) this.sendLeave(DisconnectReason.MEDIA_FAILURE, LeaveRequest_Action.RECONNECT);
    this.room.remove(this, DisconnectReason.CONNECTION_TIMEOUT);
  }

  setSubscriptionPermission(permission: SubscriptionPermission): void {
    const before = this.#subscriptionPermission;
    for (const publication of this.publications.published) {
      for (const other of this.room.participants) {
        if (other === this) continue;
        const was = allows(before, other, publication);
        const is = allows(permission, other, publication);
        if (was === is) continue;
        this.#subscriptionPermission = permission;
        other.subscriptions.onPermission(publication, is);
      }
    }
    this.#subscriptionPermission = permission;
  }

  /** Whether this participant lets `other` have `publication`. */
  allowsSubscriber(other: Participant, publication: Publication): boolean {
    return allows(this.#subscriptionPermission, other, publication);
  }

  /** A permission given from outside while connected. */
  setPermission(permission: ParticipantPermission): void {
    const waited = this.waits;
    const wasHidden = this.hidden;
    this.permission = permission;
    this.#claims = { ...this.#claims, video: grantWith(this.#claims.video, permission) };
    this.publications.enforcePermission();
    // Before their sections: clients drop tracks of people they do not know.
    if (wasHidden && !this.hidden) {
      this.toldQualities = false;
      tellAnnounced(this, this.room.participants);
    }
    if (!wasHidden && this.hidden) this.room.onHidden(this);
    for (const publication of this.room.offered()) {
      if (publication.participant !== this) this.subscriptions.consider(publication);
    }
    this.changed();
    if (waited !== this.waits) this.room.onWaiting(this);
    this.refreshToken();
  }

  /** Name, metadata, attributes; undefined leaves one as it is, an empty attribute value deletes it. */
  setProfile(profile: { name?: string; metadata?: string; attributes?: Record<string, string> }): void {
    if (profile.name !== undefined) this.name = profile.name;
    if (profile.metadata !== undefined) this.metadata = profile.metadata;
    for (const [key, value] of Object.entries(profile.attributes ?? {})) {
      if (value === '') delete this.attributes[key];
      else this.attributes[key] = value;
    }
    this.#claims = { ...this.#claims, name: this.name, metadata: this.metadata, attributes: { ...this.attributes } };
    this.changed();
  }

  /** Frees everything; the room has already taken the participant out. */
  close(): void {
    this.negotiation.close();
    this.subscriptions.clear();
    if (this.peer) this.room.host.counters.retire(this);
    this.peer?.close();
    this.peer = undefined;
    this.#signal?.hangUp();
    this.#signal = undefined;
  }
}

function allows(permission: SubscriptionPermission | undefined, other: Participant, publication: Publication): boolean {
  if (!permission || permission.allParticipants) return true;
  return permission.trackPermissions.some((entry) => {
    const meant = entry.participantSid === other.sid || entry.participantIdentity === other.identity;
    return meant && (entry.allTracks || entry.trackSids.includes(publication.sid));
  });
}
