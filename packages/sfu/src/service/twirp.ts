import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyMessage, JsonValue } from '@bufbuild/protobuf';
import { bearerToken, readBody, replyJson } from '../front/http.ts';
import { isGranted, type TwirpService } from './methods.ts';
import { ServiceError } from './service-error.ts';
import { type AccessClaims, TokenError, verifyToken } from './tokens.ts';

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
  unknown: 500,
  unimplemented: 501,
  unavailable: 503,
};

/** What stands behind the API. */
export interface ServiceBackend {
  readonly keys: Readonly<Record<string, string>>;
  /** By the name in the path, such as `livekit.RoomService`. */
  readonly services: Readonly<Record<string, TwirpService>>;
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
    const answer = await serve(request, url, backend, binary);
    if (binary) {
      response.statusCode = 200;
      response.setHeader('content-type', 'application/protobuf');
      response.end(answer.toBinary());
    } else replyJson(response, 200, answer.toJsonString({ emitDefaultValues: true, useProtoFieldName: true }));
  } catch (error) {
    const failure = error instanceof ServiceError ? error : new ServiceError('internal', 'internal error');
    // The rest of a body that was not read would be taken for the next request.
    if (!request.complete) response.setHeader('connection', 'close');
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
): Promise<AnyMessage> {
  if (request.method !== 'POST') throw new ServiceError('bad_route', 'only POST is served');
  const claims = await authenticate(request, url, backend.keys);
  const [, , service = '', name = ''] = url.pathname.split('/');
  const methods = Object.hasOwn(backend.services, service) ? backend.services[service]! : {};
  const found = Object.hasOwn(methods, name) ? methods[name] : undefined;
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
  // The real server calls a missing grant `unauthenticated`, and clients look for that.
  if (!isGranted(claims.video, found.grant, found.roomOf(message))) {
    throw new ServiceError('unauthenticated', 'permissions denied');
  }
  return found.call(message, claims);
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
