import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyMessage, JsonValue, MessageType } from '@bufbuild/protobuf';
import {
  CreateRoomRequest,
  DeleteRoomRequest,
  DeleteRoomResponse,
  ListParticipantsRequest,
  ListParticipantsResponse,
  ListRoomsRequest,
  ListRoomsResponse,
  MuteRoomTrackRequest,
  MuteRoomTrackResponse,
  ParticipantInfo,
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
import { bearerToken, readBody, replyJson } from '../front/http.ts';
import { ServiceError } from './service-error.ts';
import { type AccessClaims, TokenError, type VideoGrant, verifyToken } from './tokens.ts';

/** HTTP status of a Twirp error code (Twirp protocol v7). */
const STATUS: Readonly<Record<string, number>> = {
  invalid_argument: 400,
  malformed: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  bad_route: 404,
  deadline_exceeded: 408,
  already_exists: 409,
  aborted: 409,
  failed_precondition: 412,
  resource_exhausted: 429,
  internal: 500,
  unimplemented: 501,
  unavailable: 503,
};

interface Method {
  request: MessageType<AnyMessage>;
  response: MessageType<AnyMessage>;
  /** `room` also wants the token to be for the room of the request. */
  grant: 'roomCreate' | 'roomList' | 'roomAdmin';
  /** Name of the request's field that names the room; empty when every engine is asked. */
  roomField: '' | 'room' | 'name';
}

function method(request: unknown, response: unknown, grant: Method['grant'], roomField: Method['roomField']): Method {
  return { request: request as Method['request'], response: response as Method['response'], grant, roomField };
}

const ROOM_SERVICE: Readonly<Record<string, Method>> = {
  CreateRoom: method(CreateRoomRequest, Room, 'roomCreate', 'name'),
  ListRooms: method(ListRoomsRequest, ListRoomsResponse, 'roomList', ''),
  DeleteRoom: method(DeleteRoomRequest, DeleteRoomResponse, 'roomCreate', 'room'),
  ListParticipants: method(ListParticipantsRequest, ListParticipantsResponse, 'roomAdmin', 'room'),
  GetParticipant: method(RoomParticipantIdentity, ParticipantInfo, 'roomAdmin', 'room'),
  RemoveParticipant: method(RoomParticipantIdentity, RemoveParticipantResponse, 'roomAdmin', 'room'),
  MutePublishedTrack: method(MuteRoomTrackRequest, MuteRoomTrackResponse, 'roomAdmin', 'room'),
  UpdateParticipant: method(UpdateParticipantRequest, ParticipantInfo, 'roomAdmin', 'room'),
  UpdateSubscriptions: method(UpdateSubscriptionsRequest, UpdateSubscriptionsResponse, 'roomAdmin', 'room'),
  SendData: method(SendDataRequest, SendDataResponse, 'roomAdmin', 'room'),
  UpdateRoomMetadata: method(UpdateRoomMetadataRequest, Room, 'roomAdmin', 'room'),
};

/** The engines behind the API, as the router of calls sees them. */
export interface ServiceBackend {
  readonly keys: Readonly<Record<string, string>>;
  /** The engine of one room. */
  call(roomName: string, methodName: string, request: Uint8Array): Promise<Uint8Array>;
  /** Every engine; their answers in any order. */
  callAll(methodName: string, request: Uint8Array): Promise<Uint8Array[]>;
}

/** Serves one `POST /twirp/livekit.<Service>/<Method>` call, JSON or protobuf as the request is. */
export async function serveTwirp(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  backend: ServiceBackend,
): Promise<void> {
  try {
    const binary = (request.headers['content-type'] ?? '').startsWith('application/protobuf');
    const { type, bytes } = await serve(request, url, backend, binary);
    if (binary) {
      response.statusCode = 200;
      response.setHeader('content-type', 'application/protobuf');
      response.end(bytes);
    } else {
      replyJson(
        response,
        200,
        type.fromBinary(bytes).toJsonString({ emitDefaultValues: true, useProtoFieldName: true }),
      );
    }
  } catch (error) {
    const failure = error instanceof ServiceError ? error : new ServiceError('internal', 'internal error');
    replyJson(
      response,
      STATUS[failure.code] ?? 500,
      JSON.stringify({ code: failure.code, msg: failure.message, meta: {} }),
    );
  }
}

async function serve(
  request: IncomingMessage,
  url: URL,
  backend: ServiceBackend,
  binary: boolean,
): Promise<{ type: MessageType<AnyMessage>; bytes: Uint8Array }> {
  if (request.method !== 'POST') throw new ServiceError('bad_route', 'only POST is served');
  const claims = await authenticate(request, url, backend.keys);
  const [, , service = '', name = ''] = url.pathname.split('/');
  const found = service === 'livekit.RoomService' && Object.hasOwn(ROOM_SERVICE, name) ? ROOM_SERVICE[name] : undefined;
  if (!found) throw new ServiceError('unimplemented', `${service}/${name} is not implemented`);
  const body = await readBody(request);
  if (!body) throw new ServiceError('resource_exhausted', 'request body is too large');
  let message: AnyMessage;
  try {
    message = binary
      ? found.request.fromBinary(body)
      : found.request.fromJson(JSON.parse(body.toString('utf8') || '{}') as JsonValue, { ignoreUnknownFields: true });
  } catch {
    throw new ServiceError('malformed', 'the request cannot be read');
  }
  const roomName = found.roomField === '' ? '' : String(message[found.roomField] ?? '');
  authorize(claims.video, found.grant, roomName);
  const bytes = message.toBinary();
  if (found.roomField !== '') return { type: found.response, bytes: await backend.call(roomName, name, bytes) };
  const lists = (await backend.callAll(name, bytes)).map((answer) => ListRoomsResponse.fromBinary(answer));
  return {
    type: found.response,
    bytes: new ListRoomsResponse({ rooms: lists.flatMap((list) => list.rooms) }).toBinary(),
  };
}

async function authenticate(
  request: IncomingMessage,
  url: URL,
  keys: Readonly<Record<string, string>>,
): Promise<AccessClaims> {
  const token = bearerToken(request, url);
  if (token === '') throw new ServiceError('unauthenticated', 'no access token');
  try {
    return await verifyToken(token, keys);
  } catch (error) {
    throw new ServiceError('unauthenticated', error instanceof TokenError ? error.message : 'invalid token');
  }
}

/** The real server calls a missing grant `unauthenticated`, and clients look for that. */
function authorize(grant: VideoGrant, needed: Method['grant'], roomName: string): void {
  const allowed =
    needed === 'roomAdmin' ? grant.roomAdmin && (grant.room === '' || grant.room === roomName) : grant[needed];
  if (!allowed) throw new ServiceError('unauthenticated', 'permissions denied');
}
