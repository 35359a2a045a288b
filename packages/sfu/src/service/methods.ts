import type { AnyMessage, Message, MessageType } from '@bufbuild/protobuf';
import type { AccessClaims, VideoGrant } from './tokens.ts';

/** The right a call needs. `roomAdmin` also wants the token to be for the room of the request. */
export type ServiceGrant = 'roomCreate' | 'roomList' | 'roomAdmin' | 'roomRecord';

/** One method of the service API: `POST /twirp/livekit.<Service>/<Method>`. */
export interface ServiceMethod {
  request: MessageType<AnyMessage>;
  grant: ServiceGrant;
  /** The room a request names; empty when it names none. */
  roomOf(request: AnyMessage): string;
  /** Carries it out. @throws ServiceError */
  call(request: AnyMessage, claims: AccessClaims): Promise<AnyMessage>;
}

/** The methods of one service, by name. */
export type TwirpService = Readonly<Record<string, ServiceMethod>>;

/** A method with its types tied together; the table it goes into knows messages only in general. */
export function serviceMethod<Request extends Message<Request>, Response extends Message<Response>>(options: {
  request: MessageType<Request>;
  grant: ServiceGrant;
  roomOf?(request: Request): string;
  call(request: Request, claims: AccessClaims): Promise<Response>;
}): ServiceMethod {
  const { request, grant, roomOf, call } = options;
  return {
    request: request as unknown as MessageType<AnyMessage>,
    grant,
    roomOf: (message) => roomOf?.(message as unknown as Request) ?? '',
    call: (message, claims) => call(message as unknown as Request, claims) as unknown as Promise<AnyMessage>,
  };
}

/** Whether a token's grant allows a call that concerns `roomName`. */
export function isGranted(grant: VideoGrant, needed: ServiceGrant, roomName: string): boolean {
  if (needed !== 'roomAdmin') return grant[needed];
  return grant.roomAdmin && (grant.room === '' || grant.room === roomName);
}
