import { createHash, timingSafeEqual } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';

/** Clocks of token makers and ours may differ by this much. */
const LEEWAY_S = 60;
const REFRESH_MIN_LIFETIME_S = 600;
const MAX_TOKEN_CHARACTERS = 64 * 1024;
const MAX_IDENTITY_CHARACTERS = 256;

/** The `video` claim. Unset booleans are resolved by `verifyToken`, so that nobody else has to know the defaults. */
export interface VideoGrant {
  room: string;
  roomJoin: boolean;
  roomCreate: boolean;
  roomList: boolean;
  roomAdmin: boolean;
  roomRecord: boolean;
  canPublish: boolean;
  canSubscribe: boolean;
  canPublishData: boolean;
  /** `camera`, `microphone`, `screen_share`, `screen_share_audio`; empty means all. */
  canPublishSources: string[];
  canUpdateOwnMetadata: boolean;
  hidden: boolean;
  recorder: boolean;
  agent: boolean;
}

/** What a verified access token says. */
export interface AccessClaims {
  apiKey: string;
  identity: string;
  name: string;
  metadata: string;
  attributes: Record<string, string>;
  /** `standard`, `agent`, `ingress`, `egress`, `sip` */
  kind: string;
  video: VideoGrant;
  /** protojson of `livekit.RoomConfiguration`, when the token brings one. */
  roomConfig: unknown;
  /** Base64 SHA-256 of a body this token signs; empty otherwise. */
  sha256: string;
  /** Unix seconds. */
  issuedAtS: number;
  expiresAtS: number;
}

/** The token is refused; `message` may be shown to its bearer. */
export class TokenError extends Error {
  override name = 'TokenError';
}

/**
 * Verifies a LiveKit access token: HS256 by one of `keys` (API key → secret, found by `iss`), expiry required, 60 s
 * leeway. Applies the defaults of unset grants.
 * @throws TokenError
 */
export async function verifyToken(
  token: string,
  keys: Readonly<Record<string, string>>,
  now: Date = new Date(),
): Promise<AccessClaims> {
  if (token.length > MAX_TOKEN_CHARACTERS) throw new TokenError('invalid token');
  let issuer: unknown;
  try {
    if (decodeProtectedHeader(token).alg !== 'HS256') throw new TokenError('invalid token: unexpected algorithm');
    issuer = decodeJwt(token).iss;
  } catch (error) {
    if (error instanceof TokenError) throw error;
    throw new TokenError('invalid token');
  }
  const secret = typeof issuer === 'string' && Object.hasOwn(keys, issuer) ? keys[issuer] : undefined;
  if (!secret) throw new TokenError('invalid API key');
  let payload: Record<string, unknown>;
  try {
    const verified = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      clockTolerance: LEEWAY_S,
      currentDate: now,
      requiredClaims: ['exp'],
    });
    payload = verified.payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new TokenError('invalid token: token is expired');
    throw new TokenError('invalid token');
  }
  return readClaims(payload, issuer as string);
}

function readClaims(payload: Record<string, unknown>, apiKey: string): AccessClaims {
  const identity = text(payload.sub) || text(payload.jti);
  if (identity.length > MAX_IDENTITY_CHARACTERS) throw new TokenError('identity is too long');
  const grant = record(payload.video);
  const canPublish = grant.canPublish !== false;
  const attributes: Record<string, string> = {};
  for (const [key, value] of Object.entries(record(payload.attributes))) {
    if (typeof value === 'string' && key !== '__proto__') attributes[key] = value;
  }
  return {
    apiKey,
    identity,
    name: text(payload.name),
    metadata: text(payload.metadata),
    attributes,
    kind: text(payload.kind) || 'standard',
    video: {
      room: text(grant.room),
      roomJoin: grant.roomJoin === true,
      roomCreate: grant.roomCreate === true,
      roomList: grant.roomList === true,
      roomAdmin: grant.roomAdmin === true,
      roomRecord: grant.roomRecord === true,
      canPublish,
      canSubscribe: grant.canSubscribe !== false,
      canPublishData: grant.canPublishData === undefined ? canPublish : grant.canPublishData === true,
      canPublishSources: Array.isArray(grant.canPublishSources)
        ? grant.canPublishSources.filter((source): source is string => typeof source === 'string')
        : [],
      canUpdateOwnMetadata: grant.canUpdateOwnMetadata === true,
      hidden: grant.hidden === true,
      recorder: grant.recorder === true,
      agent: grant.agent === true,
    },
    roomConfig: payload.roomConfig,
    sha256: text(payload.sha256),
    issuedAtS: whole(payload.nbf) || whole(payload.iat),
    expiresAtS: whole(payload.exp),
  };
}

/**
 * A fresh token for the same bearer, handed to connected clients so that they can come back after the first one ended:
 * the same grants, valid for what was left of the old one, at least ten minutes.
 */
export async function signRefreshedToken(
  claims: AccessClaims,
  secret: string,
  now: Date = new Date(),
): Promise<string> {
  const nowS = Math.floor(now.getTime() / 1000);
  const lifetimeS = Math.max(REFRESH_MIN_LIFETIME_S, claims.expiresAtS - nowS);
  const payload: Record<string, unknown> = { video: claims.video };
  if (claims.name !== '') payload.name = claims.name;
  if (claims.metadata !== '') payload.metadata = claims.metadata;
  if (Object.keys(claims.attributes).length > 0) payload.attributes = claims.attributes;
  if (claims.kind !== 'standard') payload.kind = claims.kind;
  if (claims.roomConfig !== undefined) payload.roomConfig = claims.roomConfig;
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(claims.apiKey)
    .setSubject(claims.identity)
    .setNotBefore(nowS - 1)
    .setExpirationTime(nowS + lifetimeS)
    .sign(new TextEncoder().encode(secret));
}

/** The token that proves who sent a webhook: its `sha256` claim is the body's hash. */
export async function signBody(body: string, apiKey: string, secret: string, now: Date = new Date()): Promise<string> {
  const nowS = Math.floor(now.getTime() / 1000);
  return new SignJWT({ sha256: createHash('sha256').update(body).digest('base64') })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(apiKey)
    .setNotBefore(nowS - 1)
    .setExpirationTime(nowS + 300)
    .sign(new TextEncoder().encode(secret));
}

/** Whether a body is the one its token signed. */
export function bodyMatches(body: string, sha256: string): boolean {
  const expected = createHash('sha256').update(body).digest();
  const given = Buffer.from(sha256, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function whole(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.floor(value) : 0;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
