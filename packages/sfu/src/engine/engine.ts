import {
  DisconnectReason,
  JoinRequest,
  LeaveRequest,
  LeaveRequest_Action,
  type RoomAgentDispatch,
  RoomConfiguration,
  SignalResponse,
  type WebhookEvent,
} from '@livekit/protocol';
import { expel } from '../limits/tell.ts';
import { MediaScratch } from '../media/scratch.ts';
import { EngineCounters } from '../metrics/engine-counters.ts';
import { EngineMeter } from '../metrics/engine-figures.ts';
import { viewRoom } from '../metrics/room-view.ts';
import { Recordings } from '../recording/recordings.ts';
import type { RoomHost } from '../room/host.ts';
import { newId } from '../room/ids.ts';
import type { Participant, SignalSink } from '../room/participant.ts';
import { handleRequest } from '../room/requests.ts';
import { Room } from '../room/room.ts';
import { boundsOf, forwardedSpeakersOf, JoinRefused, type RoomSettings } from '../room/room-settings.ts';
import { callEgress, isEgressMethod } from '../service/egress.ts';
import { callRoomService } from '../service/room-service.ts';
import { ServiceError } from '../service/service-error.ts';
import type { AccessClaims } from '../service/tokens.ts';
import type { PipeFactory } from '../transport/pipe.ts';
import type { EngineLimits, EngineStats, FromEngine, LogFields, LogLevel, ToEngine } from './messages.ts';

/** Lost packets are asked for on ticks: half of this is the mean delay of a repair. */
const TICK_MS = 10;
/** As long may sound wait for the ticks of many people; asking whether there is any takes some 2 µs. */
const URGENT_EVERY_MS = 0.5;

interface Connection {
  participant: Participant | undefined;
  sink: SignalSink;
}

export interface EngineOptions {
  transport: PipeFactory;
  limits: EngineLimits;
  /** Where recordings may be written; nothing can be recorded without. */
  recordingFolder?: string | undefined;
  post(message: FromEngine): void;
}

/**
 * One media thread's engine: its rooms, their participants, one transport. Talks to the front by messages only, so the
 * same engine runs in a worker thread or beside its front.
 */
export class Engine implements RoomHost {
  readonly transport: PipeFactory;
  readonly limits: EngineLimits;
  readonly scratch: MediaScratch = new MediaScratch();
  readonly counters: EngineCounters = new EngineCounters();
  readonly recordings: Recordings;
  readonly #post: (message: FromEngine) => void;
  readonly #rooms = new Map<string, Room>();
  readonly #connections = new Map<number, Connection>();
  /** Tokens of `room identity` issued before this (Unix s) are refused. */
  readonly #revoked = new Map<string, number>();
  readonly #meter = new EngineMeter();
  #draining = false;
  #urgentTakenMs = 0;
  readonly #ticker: NodeJS.Timeout;

  constructor(options: EngineOptions) {
    this.transport = options.transport;
    this.limits = options.limits;
    this.#post = options.post;
    this.recordings = new Recordings(this, options.recordingFolder);
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#post({ type: 'ready', udpPort: this.transport.udpPort, tcpPort: this.transport.tcpPort });
  }

  get rooms(): IterableIterator<Room> {
    return this.#rooms.values();
  }

  /** Signal connections that stand, as far as this engine knows. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  room(name: string): Room | undefined {
    return this.#rooms.get(name);
  }

  nowMs(): number {
    return performance.now();
  }

  wallMs(): number {
    return Date.now();
  }

  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    this.#post({ type: 'log', level, message, fields });
  }

  emit(event: WebhookEvent): void {
    event.id = newId('EV_');
    event.createdAt = BigInt(Math.floor(this.wallMs() / 1000));
    this.#post({ type: 'event', data: event.toBinary() });
  }

  onRoomEnded(room: Room): void {
    if (this.#rooms.get(room.name) === room) this.#rooms.delete(room.name);
  }

  /**
   * Undefined when there are too many already.
   * @param agents that are to come to it
   */
  createRoom(name: string, settings: RoomSettings, agents: readonly RoomAgentDispatch[] = []): Room | undefined {
    if (this.#rooms.size >= this.limits.maxRooms) {
      this.counters.refused('rooms');
      return undefined;
    }
    const room = new Room(name, settings, this);
    this.#rooms.set(name, room);
    this.#post({
      type: 'room-opened',
      room: room.info().toBinary(),
      agents: agents.map((agent) => agent.toBinary()),
    });
    return room;
  }

  revokeTokens(roomName: string, identity: string, issuedBeforeS: number): void {
    this.#revoked.set(`${roomName} ${identity}`, issuedBeforeS);
    if (this.#revoked.size > 10_000) this.#revoked.delete(this.#revoked.keys().next().value!);
  }

  /** Takes one message of the front. */
  handle(message: ToEngine): void {
    switch (message.type) {
      case 'connect':
        this.#connect(message);
        return;
      case 'signal': {
        const participant = this.#connections.get(message.connectionId)?.participant;
        if (participant) handleRequest(participant, message.data);
        return;
      }
      case 'expel': {
        const participant = this.#connections.get(message.connectionId)?.participant;
        if (participant) expel(participant, 'signal-messages', message.message);
        return;
      }
      case 'closed': {
        const connection = this.#connections.get(message.connectionId);
        this.#connections.delete(message.connectionId);
        connection?.participant?.detachSignal(connection.sink);
        return;
      }
      case 'service':
        void this.#service(message.callId, message.method, message.request);
        return;
      case 'stats':
        this.#post({ type: 'engine-stats', callId: message.callId, stats: this.stats() });
        return;
      case 'figures':
        this.#post({
          type: 'engine-figures',
          callId: message.callId,
          figures: this.#meter.read(this.#rooms.values(), this.counters),
        });
        return;
      case 'room-view': {
        const room = this.#rooms.get(message.roomName);
        const view = room && viewRoom(room, this.nowMs(), this.wallMs());
        this.#post({ type: 'engine-room-view', callId: message.callId, view });
        return;
      }
      case 'drain':
        this.#draining = true;
        return;
      case 'shutdown':
        void this.close(message.returning ? LeaveRequest_Action.RECONNECT : LeaveRequest_Action.DISCONNECT);
    }
  }

  #connect(message: Extract<ToEngine, { type: 'connect' }>): void {
    const { connectionId, roomName, claims } = message;
    const sink = this.#sink(connectionId);
    const connection: Connection = { participant: undefined, sink };
    try {
      const request = JoinRequest.fromBinary(message.joinRequest);
      const revokedBeforeS = this.#revoked.get(`${roomName} ${claims.identity}`);
      if (revokedBeforeS !== undefined && claims.issuedAtS < revokedBeforeS) {
        this.counters.refused('token-revoked');
        throw new JoinRefused(401, 'token was revoked');
      }
      if (request.reconnect) {
        this.#connections.set(connectionId, connection);
        connection.participant = this.#resume(roomName, claims, request, sink);
        return;
      }
      if (this.#draining) throw new JoinRefused(503, 'server is going out of service');
      const room = this.#rooms.get(roomName) ?? this.#createConfigured(roomName, claims.roomConfig);
      if (!room) throw new JoinRefused(503, 'no more rooms can be made');
      this.#connections.set(connectionId, connection);
      connection.participant = room.join(claims, request, sink, message.peerConnections);
    } catch (error) {
      this.#connections.delete(connectionId);
      const refused = error instanceof JoinRefused;
      if (!refused) this.log('warn', 'join failed', { room: roomName, error: String(error) });
      this.#post({
        type: 'refused',
        connectionId,
        status: refused ? error.status : 400,
        message: error instanceof Error ? error.message : 'join failed',
      });
    }
  }

  /** Undefined when there is nobody to resume: the client is told to start over, or why it must not. */
  #resume(roomName: string, claims: AccessClaims, request: JoinRequest, sink: SignalSink): Participant | undefined {
    const room = this.#rooms.get(roomName);
    const participant = room?.bySid(request.participantSid);
    if (!participant || participant.identity !== claims.identity || participant.state === 'disconnected') {
      const reason = room?.returning.whySentAway(request.participantSid);
      const leave = reason
        ? new LeaveRequest({ reason, action: LeaveRequest_Action.DISCONNECT })
        : new LeaveRequest({
            reason: DisconnectReason.STATE_MISMATCH,
            action: LeaveRequest_Action.RECONNECT,
            canReconnect: true,
          });
      sink.send(new SignalResponse({ message: { case: 'leave', value: leave } }).toBinary());
      sink.hangUp();
      return undefined;
    }
    for (const connection of this.#connections.values()) {
      if (connection.participant === participant) connection.participant = undefined;
    }
    participant.room.resume(participant, sink);
    return participant;
  }

  /** A room as a token's `roomConfig` wants it. */
  #createConfigured(name: string, roomConfig: unknown): Room | undefined {
    let config = new RoomConfiguration();
    if (roomConfig !== undefined && roomConfig !== null) {
      try {
        config = RoomConfiguration.fromJson(roomConfig as never, { ignoreUnknownFields: true });
      } catch {
        this.log('warn', 'room configuration of a token is not readable');
      }
    }
    const settings = {
      emptyTimeoutS: config.emptyTimeout || this.limits.emptyTimeoutS,
      departureTimeoutS: config.departureTimeout || this.limits.departureTimeoutS,
      maxParticipants: config.maxParticipants,
      metadata: config.metadata,
      ...forwardedSpeakersOf(config.tags),
      ...boundsOf(config.tags),
    };
    return this.createRoom(name, settings, config.agents);
  }

  #sink(connectionId: number): SignalSink {
    // The upgrade is answered with the first message, so that a refusal can still be an HTTP status.
    let accepted = false;
    return {
      send: (data) => {
        if (!accepted) this.#post({ type: 'accepted', connectionId });
        accepted = true;
        this.#post({ type: 'send', connectionId, data });
      },
      hangUp: () => this.#hangUp(connectionId, false),
      cut: () => this.#hangUp(connectionId, true),
      refresh: (claims) => this.#post({ type: 'refresh', connectionId, claims }),
    };
  }

  /** The front forgets the connection with this and says no more of it: so do we. */
  #hangUp(connectionId: number, abrupt: boolean): void {
    this.#connections.delete(connectionId);
    this.#post({ type: 'hang-up', connectionId, abrupt });
  }

  async #service(callId: number, method: string, request: Uint8Array): Promise<void> {
    try {
      const call = isEgressMethod(method) ? callEgress : callRoomService;
      this.#post({ type: 'reply', callId, data: await call(this, method, request) });
    } catch (error) {
      const known = error instanceof ServiceError;
      if (!known) this.log('error', 'service call failed', { method, error: String(error) });
      const failure = known
        ? { code: error.code, message: error.message }
        : { code: 'internal', message: 'internal error' };
      this.#post({ type: 'failed', callId, failure });
    }
  }

  /** Between the ticks of two people. */
  letUrgentThrough(): void {
    if (this.nowMs() - this.#urgentTakenMs < URGENT_EVERY_MS) return;
    this.transport.takeUrgent?.();
    this.#urgentTakenMs = this.nowMs();
  }

  #tick(): void {
    const nowMs = this.nowMs();
    this.#urgentTakenMs = nowMs;
    for (const room of [...this.#rooms.values()]) room.tick(nowMs);
    this.recordings.tick(nowMs);
  }

  stats(): EngineStats {
    const stats: EngineStats = {
      rooms: this.#rooms.size,
      participants: 0,
      publications: 0,
      subscriptions: 0,
      packetsReceived: 0,
      packetsSent: 0,
      bytesReceived: 0,
      bytesSent: 0,
    };
    for (const room of this.#rooms.values()) {
      for (const participant of room.participants) {
        stats.participants++;
        stats.publications += participant.publications.count;
        stats.subscriptions += participant.subscriptions.count;
        for (const { stats: pipe } of participant.peer?.pipes ?? []) {
          stats.packetsReceived += pipe.packetsReceived;
          stats.packetsSent += pipe.packetsSent;
          stats.bytesReceived += pipe.bytesReceived;
          stats.bytesSent += pipe.bytesSent;
        }
      }
    }
    return stats;
  }

  /** Says goodbye to everybody, then closes the sockets. */
  async close(action: LeaveRequest_Action = LeaveRequest_Action.DISCONNECT): Promise<void> {
    clearInterval(this.#ticker);
    this.#meter.close();
    for (const room of [...this.#rooms.values()]) room.end(DisconnectReason.SERVER_SHUTDOWN, action);
    await this.recordings.close();
    await this.transport.close();
    this.#post({ type: 'closed' });
  }
}
