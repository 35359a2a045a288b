import type { EngineFigures } from '../metrics/engine-figures.ts';
import type { RoomView } from '../metrics/room-view.ts';
import type { AccessClaims } from '../service/tokens.ts';

/** Bounds of what one engine accepts; beyond them requests are refused with a clear answer. */
export interface EngineLimits {
  maxRooms: number;
  /** Of a room whose creator set none. */
  maxParticipantsPerRoom: number;
  maxTracksPerParticipant: number;
  /** Media one participant may send, bit/s; 0: no limit. */
  maxPublishBps: number;
  /** Of one connection; who goes on beyond is put out. */
  maxSignalMessagesPerS: number;
  /** Data packets of one participant; what is beyond is dropped, and it is told. */
  maxDataPacketsPerS: number;
  /** Joins and resumes from one address, or one IPv6 network of 64 bits; 0: no limit. */
  maxJoinsPerAddressPerS: number;
  /** With one API key; 0: no limit. */
  maxJoinsPerKeyPerS: number;
  /** Metadata of a room or participant, bytes of UTF-8. */
  maxMetadataBytes: number;
  maxAttributesBytes: number;
  /** Data waiting for a participant whose channel is not open yet. */
  maxWaitingDataBytes: number;
  emptyTimeoutS: number;
  departureTimeoutS: number;
}

export const DEFAULT_LIMITS: EngineLimits = {
  maxRooms: 10_000,
  maxParticipantsPerRoom: 500,
  maxTracksPerParticipant: 50,
  maxPublishBps: 0,
  maxSignalMessagesPerS: 100,
  maxDataPacketsPerS: 5_000,
  maxJoinsPerAddressPerS: 100,
  maxJoinsPerKeyPerS: 0,
  maxMetadataBytes: 512 * 1024,
  maxAttributesBytes: 64 * 1024,
  maxWaitingDataBytes: 256 * 1024,
  emptyTimeoutS: 300,
  departureTimeoutS: 20,
};

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Error of a service call, by its Twirp code. */
export interface ServiceFailure {
  code: string;
  message: string;
}

/**
 * `single`: one connection both ways, which the client offers (`/rtc/v1`). `dual`: one for what the client sends, which
 * it offers, and one for what it receives, which we offer (`/rtc`, older clients).
 */
export type PeerConnections = 'single' | 'dual';

/** From the front (main thread) to an engine (media thread). Binary fields are protobuf. */
export type ToEngine =
  | {
      type: 'connect';
      connectionId: number;
      roomName: string;
      claims: AccessClaims;
      peerConnections: PeerConnections;
      /** `livekit.JoinRequest` */
      joinRequest: Uint8Array;
    }
  /** `livekit.SignalRequest` */
  | { type: 'signal'; connectionId: number; data: Uint8Array }
  /** The client sends more than it may: it has to go. */
  | { type: 'expel'; connectionId: number; message: string }
  | { type: 'closed'; connectionId: number }
  | { type: 'service'; callId: number; method: string; request: Uint8Array }
  | { type: 'stats'; callId: number }
  | { type: 'figures'; callId: number }
  | { type: 'room-view'; callId: number; roomName: string }
  /** Nobody new is let in any more; who is in may resume. */
  | { type: 'drain' }
  /** `returning`: clients are told to come back, to whoever serves them then. */
  | { type: 'shutdown'; returning: boolean };

/** From an engine to the front. */
export type FromEngine =
  | { type: 'ready'; udpPort: number | undefined; tcpPort: number | undefined }
  | { type: 'accepted'; connectionId: number }
  | { type: 'refused'; connectionId: number; status: number; message: string }
  /** `livekit.SignalResponse` */
  | { type: 'send'; connectionId: number; data: Uint8Array }
  /** `abrupt`: as a broken line, without a close frame. */
  | { type: 'hang-up'; connectionId: number; abrupt: boolean }
  /** Sign and send a fresh token with these claims. */
  | { type: 'refresh'; connectionId: number; claims: AccessClaims }
  | { type: 'reply'; callId: number; data: Uint8Array }
  | { type: 'failed'; callId: number; failure: ServiceFailure }
  | { type: 'engine-stats'; callId: number; stats: EngineStats }
  | { type: 'engine-figures'; callId: number; figures: EngineFigures }
  /** Undefined: there is no such room. */
  | { type: 'engine-room-view'; callId: number; view: RoomView | undefined }
  /** A room began: `livekit.Room`, and the agents it was made with, each a `livekit.RoomAgentDispatch`. */
  | { type: 'room-opened'; room: Uint8Array; agents: Uint8Array[] }
  /** `livekit.WebhookEvent` */
  | { type: 'event'; data: Uint8Array }
  | { type: 'log'; level: LogLevel; message: string; fields: LogFields }
  | { type: 'closed' };

export interface EngineStats {
  rooms: number;
  participants: number;
  publications: number;
  subscriptions: number;
  packetsReceived: number;
  packetsSent: number;
  bytesReceived: number;
  bytesSent: number;
}
