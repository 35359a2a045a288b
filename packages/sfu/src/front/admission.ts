import type { IncomingMessage } from 'node:http';
import type { JoinRequest } from '@livekit/protocol';
import { JoinLimiter, type JoinLimits, joinerOf } from '../limits/join-limiter.ts';
import { type AccessClaims, TokenError, verifyToken } from '../service/tokens.ts';
import { decodeJoinRequest, JoinRequestError, joinRequestFromQuery } from '../signal/join-request.ts';
import { bearerToken } from './http.ts';

const MAX_ROOM_NAME_CHARACTERS = 256;

/** A join is not let in; `status` is the HTTP answer and the message its body. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What went wrong, as the answer to who asked. Nothing of ours shows in it. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof TokenError) return new Refusal(401, error.message);
  if (error instanceof JoinRequestError) return new Refusal(400, error.message);
  return new Refusal(500, 'internal error');
}

export interface Admitted {
  claims: AccessClaims;
  roomName: string;
  /** `livekit.JoinRequest` */
  joinRequest: Uint8Array;
}

/** Who may come in: how often, with which token, to which room. */
export class Admission {
  readonly limiter: JoinLimiter;
  readonly #keys: Readonly<Record<string, string>>;
  readonly #addressOf: (request: IncomingMessage) => string;

  constructor(
    keys: Readonly<Record<string, string>>,
    limits: JoinLimits,
    addressOf: (request: IncomingMessage) => string = (request) => request.socket.remoteAddress ?? '',
  ) {
    this.limiter = new JoinLimiter(limits);
    this.#keys = keys;
    this.#addressOf = addressOf;
  }

  /** Whether one more connection of this address may be looked at. */
  mayKnock(request: IncomingMessage): boolean {
    return this.limiter.allows('address', joinerOf(this.#addressOf(request)), performance.now(), true);
  }

  /**
   * The checks both an upgrade and `validate` make.
   * @param counts false for `validate`, which says what an upgrade would be told
   * @throws Refusal and its kin
   */
  async admit(request: IncomingMessage, url: URL, counts: boolean): Promise<Admitted> {
    const nowMs = performance.now();
    if (!this.limiter.allows('address', joinerOf(this.#addressOf(request)), nowMs, counts)) {
      throw new Refusal(429, 'too many joins from this address, try again in a second');
    }
    const token = bearerToken(request, url);
    if (token === '') throw new Refusal(401, 'no access token');
    const claims = await verifyToken(token, this.#keys);
    if (!this.limiter.allows('key', claims.apiKey, nowMs, counts)) {
      throw new Refusal(429, 'too many joins with this API key, try again in a second');
    }
    if (!claims.video.roomJoin) throw new Refusal(401, 'permissions denied');
    if (claims.identity === '') throw new Refusal(400, 'identity cannot be empty');
    const roomName = claims.video.room;
    if (roomName === '' || roomName.length > MAX_ROOM_NAME_CHARACTERS) {
      throw new Refusal(400, 'room name cannot be empty');
    }
    return { claims, roomName, joinRequest: joinRequestOf(url).toBinary() };
  }
}

function joinRequestOf(url: URL): JoinRequest {
  if (!url.pathname.startsWith('/rtc/v1')) return joinRequestFromQuery(url.searchParams);
  const parameter = url.searchParams.get('join_request');
  if (!parameter) throw new Refusal(400, 'join_request is missing');
  return decodeJoinRequest(parameter);
}
