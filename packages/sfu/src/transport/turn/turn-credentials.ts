import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a client authenticates with at a TURN server, as `iceServers` carries it. */
export interface TurnCredentials {
  username: string;
  password: string;
}

/**
 * Short-lived credentials by the scheme coturn calls `use-auth-secret` (draft-uberti-behave-turn-rest): the name says
 * until when they hold and for whom they are, the password is its HMAC. Nothing has to be stored or told.
 * @param nowMs Unix time
 */
export function turnCredentials(
  secret: string,
  participant: string,
  nowMs: number,
  lifetimeS: number,
): TurnCredentials {
  const username = `${Math.floor(nowMs / 1000) + lifetimeS}:${participant}`;
  return { username, password: passwordOf(secret, username) };
}

function passwordOf(secret: string, username: string): string {
  return createHmac('sha1', secret).update(username).digest('base64');
}

/**
 * The key of a name's messages (RFC 8489 §9.2.2: MD5 of name, realm and password), whether it has expired or not.
 * The name's form is checked nowhere else: a name nobody was given has a password nobody knows.
 */
export function turnKey(secret: string, realm: string, username: string): Buffer {
  return createHash('md5')
    .update(`${username}:${realm}:${passwordOf(secret, username)}`)
    .digest();
}

/** Whether the time a name speaks of is over; true for a name without one. */
export function isExpired(username: string, nowMs: number): boolean {
  const untilS = /^(\d{1,12}):/.exec(username)?.[1];
  return untilS === undefined || Number(untilS) * 1000 <= nowMs;
}

const NONCE_LIFETIME_S = 600;
const NONCE_TIME_CHARS = 6;

/** Nonces that need no memory: the time, and an HMAC that ties it to whom it was given. Short, since strangers get them. */
export class Nonces {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** @param nowMs any clock that only goes forward @param client whom it is for */
  issue(client: string, nowMs: number): string {
    const time = Math.floor(nowMs / 1000)
      .toString(36)
      .padStart(NONCE_TIME_CHARS, '0')
      .slice(-NONCE_TIME_CHARS);
    return time + this.#seal(time, client);
  }

  isFresh(nonce: string, client: string, nowMs: number): boolean {
    const time = nonce.slice(0, NONCE_TIME_CHARS);
    const given = Buffer.from(nonce.slice(NONCE_TIME_CHARS), 'latin1');
    const expected = Buffer.from(this.#seal(time, client), 'latin1');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    const ageS = Math.floor(nowMs / 1000) - Number.parseInt(time, 36);
    return ageS >= 0 && ageS < NONCE_LIFETIME_S;
  }

  #seal(time: string, client: string): string {
    return createHmac('sha256', this.#key).update(`${time} ${client}`).digest('base64url').slice(0, 10);
  }
}
