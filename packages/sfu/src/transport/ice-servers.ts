import { turnCredentials } from './turn/turn-credentials.ts';

/** A TURN server that shares a secret with us: the one inside, or one elsewhere (coturn's `use-auth-secret`). */
export interface TurnAccess {
  /** `turn:` and `turns:` addresses (RFC 7065), best first. */
  urls: readonly string[];
  secret: string;
}

/** One entry of what clients are told, as `RTCConfiguration.iceServers` has it. */
export interface IceServer {
  urls: string[];
  username: string;
  credential: string;
}

/** Long enough for a browser that looks for new ways by itself when its network changes; a resume brings fresh ones. */
const CREDENTIALS_LIFETIME_S = 3_600;

/**
 * What one participant is told, with credentials of its own.
 * @param nowMs Unix time
 * @param lifetimeS how long the credentials hold
 */
export function iceServersFor(
  turn: readonly TurnAccess[],
  participant: string,
  nowMs: number,
  lifetimeS = CREDENTIALS_LIFETIME_S,
): IceServer[] {
  return turn.map(({ urls, secret }) => {
    const { username, password } = turnCredentials(secret, participant, nowMs, lifetimeS);
    return { urls: [...urls], username, credential: password };
  });
}
