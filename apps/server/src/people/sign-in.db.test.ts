import { changeMyPassword, createStaff, signInStaff, signOut } from '@alongside/contracts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { customersFeature } from '../customers/feature.ts';
import { startTestServer, type TestServer } from '../platform/testing.ts';
import { peopleFeature } from './feature.ts';
import { DEVICES_COOKIE } from './known-devices.ts';
import { Client, PASSWORD, setUp } from './testing.ts';

const EMAIL = 'admin@acme.test';

let server: TestServer;
let known: Client;
beforeEach(async () => {
  server = await startTestServer([peopleFeature, customersFeature], { env: { RATE_LIMIT_SCALE: '1' } });
  known = await setUp(server.platform);
  known.address = '192.0.2.1';
  await known.call(signOut, { body: {} });
});
afterEach(() => server?.close());

function stranger(address: string): Client {
  const client = new Client(server.platform);
  client.address = address;
  return client;
}

async function attempt(client: Client, password: string, email = EMAIL): Promise<number> {
  return (await client.call(signInStaff, { body: { email, password } })).status;
}

async function guess(client: Client, times: number): Promise<number[]> {
  const answers = [];
  for (let time = 0; time < times; time += 1) answers.push(await attempt(client, 'guess'));
  return answers;
}

describe('whoever guesses at an account', () => {
  test('is slowed from one network, which keeps others out of nothing', async () => {
    expect((await guess(stranger('198.51.100.1'), 12)).slice(9)).toEqual([401, 429, 429]);
    expect(await attempt(stranger('198.51.100.2'), PASSWORD)).toBe(200);
  });

  test('is slowed from everywhere together, and the browser that was here before comes in all the same', async () => {
    const answers = [];
    for (let network = 1; network <= 40; network += 1)
      answers.push(...(await guess(stranger(`203.0.113.${network}`), 1)));
    expect(answers.filter((status) => status === 401)).toHaveLength(31);
    expect(answers.slice(31).every((status) => status === 429)).toBe(true);
    // With the right password too: a stranger cannot be told from who forgot to bring their cookie.
    expect(await attempt(stranger('198.51.100.3'), PASSWORD)).toBe(429);
    expect(await attempt(known, 'mistyped')).toBe(401);
    expect(await attempt(known, PASSWORD)).toBe(200);
    // Nobody else's account is slowed by it.
    expect(await attempt(stranger('198.51.100.3'), 'guess', 'other@acme.test')).toBe(401);
  });

  test('uses up nothing of somebody known behind the same address', async () => {
    const beside = stranger(known.address);
    expect((await guess(beside, 25)).at(-1)).toBe(429);
    expect(await attempt(known, PASSWORD)).toBe(200);
  });
});

describe('a browser that was here before', () => {
  test('has its own limit, and mistyping is forgiven with the right password', async () => {
    expect((await guess(known, 9)).every((status) => status === 401)).toBe(true);
    expect(await attempt(known, PASSWORD)).toBe(200);
    expect((await guess(known, 12)).slice(9)).toEqual([401, 429, 429]);
  });

  test('is known for the accounts it signed in with and for no other', async () => {
    const { cookies } = known;
    expect(Object.keys(cookies)).toEqual([DEVICES_COOKIE]);
    const alone = cookies[DEVICES_COOKIE]!;
    expect(cookies[DEVICES_COOKIE]).not.toMatch(/acme|admin/i);
    const { knownDevices } = server.platform.app;
    expect(knownDevices.recognise({ cookies }, EMAIL)).toMatch(/^device:/);
    expect(knownDevices.recognise({ cookies }, 'other@acme.test')).toBeNull();
    for (const forged of ['', '~', alone.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), 'x'.repeat(5_000)])
      expect(knownDevices.recognise({ cookies: { [DEVICES_COOKIE]: forged } }, EMAIL)).toBeNull();
    await attempt(known, PASSWORD);
    const body = { name: 'Ben', email: 'ben@acme.test', role: 'engineer' as const, password: PASSWORD };
    await known.call(createStaff, { body });
    expect(await attempt(known, PASSWORD, body.email)).toBe(200);
    for (const account of [EMAIL, body.email])
      expect(knownDevices.recognise({ cookies: known.cookies }, account)).toMatch(/^device:/);
  });
});

test('who is signed in is not kept from a new password by others behind the same address', async () => {
  await attempt(known, PASSWORD);
  await guess(stranger(known.address), 25);
  const body = { current: 'wrong', next: 'another password' };
  expect((await known.call(changeMyPassword, { body })).error.field).toBe('current');
  for (let time = 0; time < 20; time += 1) await known.call(changeMyPassword, { body });
  expect((await known.call(changeMyPassword, { body })).error.code).toBe('rate_limited');
});
