import { createHmac } from 'node:crypto';

/**
 * A LiveKit access token that lets an identity publish and subscribe in a room for an hour.
 * @param grants more video grants, e.g. `roomList`
 */
export async function developmentToken(
  keys: { key: string; secret: string },
  room: string,
  identity: string,
  grants: Record<string, boolean> = {},
): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = part({ alg: 'HS256', typ: 'JWT' });
  const body = part({
    iss: keys.key,
    sub: identity,
    nbf: nowS - 5,
    exp: nowS + 3_600,
    video: { roomJoin: true, room, canPublish: true, canSubscribe: true, ...grants },
  });
  return `${head}.${body}.${createHmac('sha256', keys.secret).update(`${head}.${body}`).digest('base64url')}`;
}
