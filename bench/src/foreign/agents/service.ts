import { createHmac } from 'node:crypto';
import { KEYS } from '../run.ts';

/** A token that may do everything in a room. */
export async function adminToken(room: string): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = part({ alg: 'HS256', typ: 'JWT' });
  const video = { room, roomAdmin: true, roomCreate: true };
  const body = part({ iss: KEYS.key, sub: 'bench', nbf: nowS - 5, exp: nowS + 600, video });
  return `${head}.${body}.${createHmac('sha256', KEYS.secret).update(`${head}.${body}`).digest('base64url')}`;
}

/** Calls the service API. @throws when it refuses */
export async function twirp(url: string, service: string, method: string, token: string, body: object): Promise<void> {
  const response = await fetch(`${url.replace('ws', 'http')}/twirp/${service}/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${service}/${method}: ${await response.text()}`);
}
