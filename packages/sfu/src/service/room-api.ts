import type { Message, MessageType } from '@bufbuild/protobuf';
import {
  CreateRoomRequest,
  DeleteRoomRequest,
  DeleteRoomResponse,
  ForwardParticipantRequest,
  ForwardParticipantResponse,
  ListParticipantsRequest,
  ListParticipantsResponse,
  ListRoomsRequest,
  ListRoomsResponse,
  MoveParticipantRequest,
  MoveParticipantResponse,
  MuteRoomTrackRequest,
  MuteRoomTrackResponse,
  ParticipantInfo,
  PerformRpcRequest,
  PerformRpcResponse,
  RemoveParticipantResponse,
  Room,
  RoomParticipantIdentity,
  SendDataRequest,
  SendDataResponse,
  UpdateParticipantRequest,
  UpdateRoomMetadataRequest,
  UpdateSubscriptionsRequest,
  UpdateSubscriptionsResponse,
} from '@livekit/protocol';
import { type ServiceGrant, type ServiceMethod, serviceMethod, type TwirpService } from './methods.ts';
import { RPC_ACK_TIMEOUT_MS, rpcResponseTimeoutMs } from './rpc-timeouts.ts';

/** The engines behind RoomService: a call goes to the one its room lives in. */
export interface RoomEngines {
  /** @param timeoutMs how long the answer may take, when longer than usual */
  call(roomName: string, methodName: string, request: Uint8Array, timeoutMs?: number): Promise<Uint8Array>;
  /** Every engine; their answers in any order. */
  callAll(methodName: string, request: Uint8Array): Promise<Uint8Array[]>;
  /** The same of those that answer in time: one that hangs is no reason to know nothing of the others. */
  callAnswering(methodName: string, request: Uint8Array): Promise<Uint8Array[]>;
}

/** `livekit.RoomService`; carried out in the engines by `room-service.ts`. */
export function roomService(engines: RoomEngines): TwirpService {
  const inRoom = <Request extends Message<Request>, Response extends Message<Response>>(
    name: string,
    request: MessageType<Request>,
    response: MessageType<Response>,
    grant: ServiceGrant,
    roomOf: (request: Request) => string,
    timeoutMs: (request: Request) => number | undefined = () => undefined,
  ): ServiceMethod =>
    serviceMethod({
      request,
      grant,
      roomOf,
      async call(message) {
        return response.fromBinary(await engines.call(roomOf(message), name, message.toBinary(), timeoutMs(message)));
      },
    });
  const room = (message: { room: string }): string => message.room;
  return {
    CreateRoom: inRoom('CreateRoom', CreateRoomRequest, Room, 'roomCreate', ({ name }) => name),
    ListRooms: serviceMethod({
      request: ListRoomsRequest,
      grant: 'roomList',
      async call(message) {
        const lists = await engines.callAnswering('ListRooms', message.toBinary());
        return new ListRoomsResponse({ rooms: lists.flatMap((list) => ListRoomsResponse.fromBinary(list).rooms) });
      },
    }),
    DeleteRoom: inRoom('DeleteRoom', DeleteRoomRequest, DeleteRoomResponse, 'roomCreate', room),
    ListParticipants: inRoom('ListParticipants', ListParticipantsRequest, ListParticipantsResponse, 'roomAdmin', room),
    GetParticipant: inRoom('GetParticipant', RoomParticipantIdentity, ParticipantInfo, 'roomAdmin', room),
    RemoveParticipant: inRoom(
      'RemoveParticipant',
      RoomParticipantIdentity,
      RemoveParticipantResponse,
      'roomAdmin',
      room,
    ),
    MutePublishedTrack: inRoom('MutePublishedTrack', MuteRoomTrackRequest, MuteRoomTrackResponse, 'roomAdmin', room),
    UpdateParticipant: inRoom('UpdateParticipant', UpdateParticipantRequest, ParticipantInfo, 'roomAdmin', room),
    UpdateSubscriptions: inRoom(
      'UpdateSubscriptions',
      UpdateSubscriptionsRequest,
      UpdateSubscriptionsResponse,
      'roomAdmin',
      room,
    ),
    SendData: inRoom('SendData', SendDataRequest, SendDataResponse, 'roomAdmin', room),
    UpdateRoomMetadata: inRoom('UpdateRoomMetadata', UpdateRoomMetadataRequest, Room, 'roomAdmin', room),
    PerformRpc: inRoom(
      'PerformRpc',
      PerformRpcRequest,
      PerformRpcResponse,
      'roomAdmin',
      room,
      (message) => RPC_ACK_TIMEOUT_MS + rpcResponseTimeoutMs(message.responseTimeoutMs),
    ),
    // Carried out by nobody: the engine says `unimplemented`, as LiveKit's own open server does.
    ForwardParticipant: inRoom(
      'ForwardParticipant',
      ForwardParticipantRequest,
      ForwardParticipantResponse,
      'roomAdmin',
      room,
    ),
    MoveParticipant: inRoom('MoveParticipant', MoveParticipantRequest, MoveParticipantResponse, 'roomAdmin', room),
  };
}
