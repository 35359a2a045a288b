import { CLOSE, createIdentityKey, deleteIdentityKey, getSession, openWidgetSession } from '@alongside/contracts';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { silentLog } from '../platform/log/logger.ts';
import { LiveClient, newVisitor, startTestDesk, type TestDesk, until } from '../tickets/testing.ts';
import { watchSessions } from './live.ts';
import { Client } from './testing.ts';

type Key = { id: string; secret: string };

let desk: TestDesk;
beforeAll(async () => {
  // What the server does at intervals stands still: what happens here was announced, or one of the tests let time pass.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  desk = await startTestDesk();
  vi.useRealTimers();
});
afterAll(() => desk?.close());
afterEach(() => vi.useRealTimers());

const isSignedIn = async (client: Client) => (await client.call(getSession, {})).body.me !== null;

describe('a session that runs out', () => {
  test('takes its live connections with it within a minute, and no others', async () => {
    const { platform, people } = desk;
    const visitor = await newVisitor(platform);
    const ending = [await LiveClient.open(platform, people.engineer), await LiveClient.open(platform, visitor)];
    const staying = await LiveClient.open(platform, people.lead);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const stop = watchSessions({ ...platform, log: silentLog() });
    await platform.db
      .updateTable('session')
      .set({ expiresAt: new Date(Date.now() - 1_000) })
      .where('personId', 'in', [people.engineer.id, visitor.id])
      .execute();
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    await until('both ends', () => ending.every((live) => live.closedWith === CLOSE.unauthenticated));
    expect(staying.closedWith).toBeNull();
    stop();
  });
});

describe('a revoked key', () => {
  async function make(name: string): Promise<Key> {
    const body = { name, organisationId: null };
    const { key, secret } = (await desk.people.administrator.call(createIdentityKey, { body })).body;
    return { id: key.id, secret };
  }

  async function enter(key: Key, sub: string, token?: string): Promise<Client> {
    const identity = await new SignJWT({ sub })
      .setProtectedHeader({ alg: 'HS256', kid: key.id })
      .setExpirationTime('10m')
      .sign(new TextEncoder().encode(key.secret));
    const client = new Client(desk.platform);
    client.bearer = (await client.call(openWidgetSession, { body: { identity, token, locale: 'en' } })).body.token;
    return client;
  }

  const revoke = (key: Key) => desk.people.administrator.call(deleteIdentityKey, { params: { id: key.id } });

  test('ends what it opened at once, live connections included', async () => {
    const { platform } = desk;
    const [stolen, other] = [await make('Stolen'), await make('Other')];
    const intruder = await enter(stolen, 'anybody');
    const customer = await enter(other, 'customer');
    const lives = [await LiveClient.open(platform, intruder), await LiveClient.open(platform, customer)];
    expect((await revoke(stolen)).status).toBe(200);
    expect(await isSignedIn(intruder)).toBe(false);
    expect(await isSignedIn(customer)).toBe(true);
    await until('the intruder to be out', () => lives[0]!.closedWith === CLOSE.unauthenticated);
    expect(lives[1]!.closedWith).toBeNull();
  });

  test('leaves whom another key has vouched for since', async () => {
    const [old, fresh] = [await make('Old'), await make('Fresh')];
    const before = await enter(old, 'rolled');
    const after = await enter(fresh, 'rolled', before.bearer!);
    expect(after.bearer).toBe(before.bearer);
    await revoke(old);
    expect(await isSignedIn(after)).toBe(true);
    await revoke(fresh);
    expect(await isSignedIn(after)).toBe(false);
  });

  test('opens nothing that outlives it, however close the two come', async () => {
    const key = await make('Race');
    const entering = Promise.allSettled(Array.from({ length: 20 }, (_, index) => enter(key, `racer ${index}`)));
    await revoke(key);
    for (const result of await entering)
      if (result.status === 'fulfilled') expect(await isSignedIn(result.value)).toBe(false);
      else expect(String(result.reason)).toContain('identity_rejected');
  });
});
