import {
  CreateRoomRequest,
  DataPacket,
  DataPacket_Kind,
  DeleteRoomRequest,
  DeleteRoomResponse,
  DisconnectReason,
  LeaveRequest_Action,
  ListParticipantsRequest,
  ListParticipantsResponse,
  ListRoomsRequest,
  ListRoomsResponse,
  MuteRoomTrackRequest,
  MuteRoomTrackResponse,
  type ParticipantInfo,
  PerformRpcRequest,
  PerformRpcResponse,
  RemoveParticipantResponse,
  RoomParticipantIdentity,
  SendDataRequest,
  SendDataResponse,
  UpdateParticipantRequest,
  UpdateRoomMetadataRequest,
  UpdateSubscription,
  UpdateSubscriptionsRequest,
  UpdateSubscriptionsResponse,
  UserPacket,
} from '@livekit/protocol';
import type { Engine } from '../engine/engine.ts';
import type { Participant } from '../room/participant.ts';
import { attributesBytes } from '../room/requests.ts';
import type { Room } from '../room/room.ts';
import { boundsOf, forwardedSpeakersOf } from '../room/room-settings.ts';
import { ServiceError } from './service-error.ts';

/**
 * RoomService, carried out where the room lives: request and response are protobuf bytes.
 * @throws ServiceError
 */
export function callRoomService(engine: Engine, method: string, request: Uint8Array): Uint8Array | Promise<Uint8Array> {
  switch (method) {
    case 'CreateRoom':
      return createRoom(engine, CreateRoomRequest.fromBinary(request));
    case 'ListRooms': {
      const { names } = ListRoomsRequest.fromBinary(request);
      const rooms = [...engine.rooms].filter((room) => names.length === 0 || names.includes(room.name));
      return new ListRoomsResponse({ rooms: rooms.map((room) => room.info()) }).toBinary();
    }
    case 'DeleteRoom': {
      roomOf(engine, DeleteRoomRequest.fromBinary(request).room).end(DisconnectReason.ROOM_DELETED);
      return new DeleteRoomResponse().toBinary();
    }
    case 'ListParticipants': {
      const room = roomOf(engine, ListParticipantsRequest.fromBinary(request).room);
      const participants = [...room.participants].map((participant) => participant.info());
      return new ListParticipantsResponse({ participants }).toBinary();
    }
    case 'GetParticipant': {
      const { room, identity } = RoomParticipantIdentity.fromBinary(request);
      return participantOf(engine, room, identity).info().toBinary();
    }
    case 'RemoveParticipant':
      return removeParticipant(engine, RoomParticipantIdentity.fromBinary(request));
    case 'MutePublishedTrack':
      return mutePublishedTrack(engine, MuteRoomTrackRequest.fromBinary(request));
    case 'UpdateParticipant':
      return updateParticipant(engine, UpdateParticipantRequest.fromBinary(request)).toBinary();
    case 'UpdateSubscriptions': {
      const update = UpdateSubscriptionsRequest.fromBinary(request);
      participantOf(engine, update.room, update.identity).subscriptions.update(
        new UpdateSubscription({
          trackSids: update.trackSids,
          subscribe: update.subscribe,
          participantTracks: update.participantTracks,
        }),
      );
      return new UpdateSubscriptionsResponse().toBinary();
    }
    case 'SendData':
      return sendData(engine, SendDataRequest.fromBinary(request));
    case 'UpdateRoomMetadata': {
      const update = UpdateRoomMetadataRequest.fromBinary(request);
      checkMetadata(engine, update.metadata);
      const room = roomOf(engine, update.room);
      room.setMetadata(update.metadata);
      return room.info().toBinary();
    }
    case 'PerformRpc':
      return performRpc(engine, PerformRpcRequest.fromBinary(request));
    default:
      throw new ServiceError('unimplemented', `${method} is not implemented`);
  }
}

function roomOf(engine: Engine, name: string): Room {
  const room = engine.room(name);
  if (!room) throw new ServiceError('not_found', 'requested room does not exist');
  return room;
}

function participantOf(engine: Engine, roomName: string, identity: string): Participant {
  const participant = roomOf(engine, roomName).byIdentity(identity);
  if (!participant) throw new ServiceError('not_found', 'participant does not exist');
  return participant;
}

function checkMetadata(engine: Engine, metadata: string): void {
  if (Buffer.byteLength(metadata) > engine.limits.maxMetadataBytes) {
    throw new ServiceError('invalid_argument', 'metadata is too large');
  }
}

function createRoom(engine: Engine, request: CreateRoomRequest): Uint8Array {
  if (request.name === '') throw new ServiceError('invalid_argument', 'room name is required');
  if (request.name.length > 256) throw new ServiceError('invalid_argument', 'room name is too long');
  checkMetadata(engine, request.metadata);
  const existing = engine.room(request.name);
  if (existing) return existing.info().toBinary();
  const settings = {
    emptyTimeoutS: request.emptyTimeout || engine.limits.emptyTimeoutS,
    departureTimeoutS: request.departureTimeout || engine.limits.departureTimeoutS,
    maxParticipants: request.maxParticipants,
    metadata: request.metadata,
    ...forwardedSpeakersOf(request.tags),
    ...boundsOf(request.tags),
  };
  const room = engine.createRoom(request.name, settings, request.agents);
  if (!room) throw new ServiceError('resource_exhausted', 'no more rooms can be made');
  return room.info().toBinary();
}

function removeParticipant(engine: Engine, request: RoomParticipantIdentity): Uint8Array {
  const participant = participantOf(engine, request.room, request.identity);
  if (request.revokeTokenTs > 0n) {
    engine.revokeTokens(request.room, request.identity, Number(request.revokeTokenTs));
  }
  participant.sendLeave(DisconnectReason.PARTICIPANT_REMOVED, LeaveRequest_Action.DISCONNECT);
  participant.room.remove(participant, DisconnectReason.PARTICIPANT_REMOVED);
  return new RemoveParticipantResponse().toBinary();
}

function mutePublishedTrack(engine: Engine, request: MuteRoomTrackRequest): Uint8Array {
  const participant = participantOf(engine, request.room, request.identity);
  const publication = participant.publications.get(request.trackSid);
  if (!publication) throw new ServiceError('not_found', 'track is not found');
  // Nobody's microphone is opened from afar.
  if (!request.muted && publication.info.muted) {
    throw new ServiceError('failed_precondition', 'remote unmute not enabled');
  }
  participant.publications.setMuted(request.trackSid, request.muted, true);
  return new MuteRoomTrackResponse({ track: publication.info }).toBinary();
}

function updateParticipant(engine: Engine, request: UpdateParticipantRequest): ParticipantInfo {
  const participant = participantOf(engine, request.room, request.identity);
  checkMetadata(engine, request.metadata);
  const attributes = { ...participant.attributes, ...request.attributes };
  if (attributesBytes(attributes) > engine.limits.maxAttributesBytes) {
    throw new ServiceError('invalid_argument', 'attributes are too large');
  }
  if (request.permission) participant.setPermission(request.permission);
  participant.setProfile({
    name: request.name !== '' ? request.name : undefined,
    metadata: request.metadata !== '' ? request.metadata : undefined,
    attributes: request.attributes,
  });
  return participant.info();
}

async function performRpc(engine: Engine, request: PerformRpcRequest): Promise<Uint8Array> {
  if (request.destinationIdentity === '')
    throw new ServiceError('invalid_argument', 'destination_identity is required');
  const participant = participantOf(engine, request.room, request.destinationIdentity);
  const payload = await participant.room.rpc.perform(participant, request);
  return new PerformRpcResponse({ payload }).toBinary();
}

function sendData(engine: Engine, request: SendDataRequest): Uint8Array {
  // As LiveKit has it: a name for the packet that makes its repetitions known, or none.
  if (request.nonce.length !== 0 && request.nonce.length !== 16) {
    throw new ServiceError('invalid_argument', 'nonce must be 16 bytes or absent');
  }
  const room = roomOf(engine, request.room);
  const { destinationIdentities, destinationSids } = request;
  const packet = new DataPacket({
    kind: request.kind,
    destinationIdentities,
    value: {
      case: 'user',
      value: new UserPacket({
        payload: request.data,
        topic: request.topic,
        nonce: request.nonce,
        destinationSids,
        destinationIdentities,
      }),
    },
  });
  room.relay(
    packet,
    request.kind === DataPacket_Kind.LOSSY ? request.kind : DataPacket_Kind.RELIABLE,
    undefined,
    destinationSids,
  );
  return new SendDataResponse().toBinary();
}
