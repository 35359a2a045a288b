import { SignJWT } from 'jose';
import { AccessToken } from 'livekit-server-sdk';
import { describe, expect, test } from 'vitest';
import { bodyMatches, signBody, signRefreshedToken, TokenError, verifyToken } from './tokens.ts';

const KEYS = { key: 'secret-of-at-least-thirty-two-bytes!' };

async function sdkToken(grant: object = {}, options: object = {}, secret = KEYS.key, key = 'key'): Promise<string> {
  const token = new AccessToken(key, secret, { identity: 'ana', name: 'Ana', ...options });
  token.addGrant({ roomJoin: true, room: 'r', ...grant });
  return token.toJwt();
}

describe('verifyToken', () => {
  test('reads what livekit-server-sdk signs and fills in the defaults', async () => {
    const claims = await verifyToken(await sdkToken({}, { metadata: 'm', attributes: { a: '1' } }), KEYS);
    expect(claims).toMatchObject({
      apiKey: 'key',
      identity: 'ana',
      name: 'Ana',
      metadata: 'm',
      attributes: { a: '1' },
    });
    expect(claims.video).toMatchObject({
      room: 'r',
      roomJoin: true,
      roomAdmin: false,
      canPublish: true,
      canSubscribe: true,
      canPublishData: true,
      canUpdateOwnMetadata: false,
      canPublishSources: [],
    });
  });

  test('who may not publish may not publish data either, unless told', async () => {
    expect((await verifyToken(await sdkToken({ canPublish: false }), KEYS)).video.canPublishData).toBe(false);
    const told = await verifyToken(await sdkToken({ canPublish: false, canPublishData: true }), KEYS);
    expect(told.video).toMatchObject({ canPublish: false, canPublishData: true });
  });

  test('sixty seconds of clock difference are forgiven, more is not', async () => {
    const token = await sdkToken({}, { ttl: 100 });
    const later = (seconds: number): Date => new Date(Date.now() + seconds * 1000);
    await expect(verifyToken(token, KEYS, later(150))).resolves.toBeDefined();
    await expect(verifyToken(token, KEYS, later(170))).rejects.toThrow(/expired/);
    await expect(verifyToken(token, KEYS, later(-50))).resolves.toBeDefined();
  });

  test.each<[string, () => Promise<string>]>([
    ['another secret', () => sdkToken({}, {}, 'another-secret-that-is-long-enough!!')],
    ['an unknown key', () => sdkToken({}, {}, KEYS.key, 'other')],
    ['a key that is a property of every object', () => sdkToken({}, {}, KEYS.key, 'constructor')],
    [
      'no expiry',
      () => new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setIssuer('key').sign(Buffer.from(KEYS.key)),
    ],
    [
      'another algorithm',
      () =>
        new SignJWT({})
          .setProtectedHeader({ alg: 'HS512' })
          .setIssuer('key')
          .setExpirationTime('1h')
          .sign(Buffer.from(KEYS.key)),
    ],
    ['no algorithm', async () => `${btoa('{"alg":"none"}')}.${btoa('{"iss":"key","exp":9999999999}')}.`],
    ['garbage', async () => 'a.b.c'],
    ['nothing', async () => ''],
    ['an endless identity', () => sdkToken({}, { identity: 'x'.repeat(300) })],
  ])('refuses %s', async (_what, make) => {
    await expect(verifyToken(await make(), KEYS)).rejects.toThrow(TokenError);
  });
});

test('a refreshed token says the same and lives ten minutes at least', async () => {
  const claims = await verifyToken(await sdkToken({ canPublish: false }, { ttl: 30, attributes: { a: '1' } }), KEYS);
  const fresh = await verifyToken(await signRefreshedToken(claims, KEYS.key), KEYS);
  expect({ ...fresh, issuedAtS: 0, expiresAtS: 0 }).toEqual({ ...claims, issuedAtS: 0, expiresAtS: 0 });
  expect(fresh.expiresAtS - Date.now() / 1000).toBeGreaterThan(590);
});

test('a body signature fits its body only', async () => {
  const { sha256 } = await verifyToken(await signBody('{"event":"x"}', 'key', KEYS.key), KEYS);
  expect(bodyMatches('{"event":"x"}', sha256)).toBe(true);
  expect(bodyMatches('{"event":"y"}', sha256)).toBe(false);
});
