import { randomUUID } from 'node:crypto';
import {
  CSRF_HEADER,
  changeMyPassword,
  createStaff,
  getSession,
  getWorkspaceSettings,
  listStaff,
  redeemSignInLink,
  setUpWorkspace,
  signInStaff,
  signOut,
  updateMe,
  updateStaff,
  updateWorkspace,
} from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createContact } from '../customers/actions.ts';
import { customersFeature } from '../customers/feature.ts';
import { startTestServer, type TestServer } from '../platform/testing.ts';
import { peopleFeature } from './feature.ts';
import { createSignInLink, deleteExpiredSessions } from './session.actions.ts';
import { Client, PASSWORD, setUp, signedInCustomer, signedInStaff } from './testing.ts';

const FEATURES = [peopleFeature, customersFeature];
const DAY_MS = 24 * 3_600_000;

let server: TestServer;
let administrator: Client;
beforeAll(async () => {
  server = await startTestServer(FEATURES);
});
afterAll(() => server?.close());

async function at<T>(laterMs: number, work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + laterMs });
  try {
    return await work();
  } finally {
    vi.useRealTimers();
  }
}

const isSignedIn = async (client: Client) => (await client.call(getSession, {})).body.me !== null;

test('of several first runs at once one makes the administrator', async () => {
  const client = new Client(server.platform);
  expect((await client.call(getSession, {})).body).toMatchObject({ workspace: { needsSetup: true }, me: null });
  const replies = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      new Client(server.platform).call(setUpWorkspace, {
        body: {
          workspaceName: 'W',
          name: `A${index}`,
          email: `a${index}@acme.test`,
          password: PASSWORD,
          locale: 'zh-CN',
        },
      }),
    ),
  );
  expect(replies.map((reply) => reply.status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  expect(replies.find((reply) => reply.status === 409)!.error.code).toBe('already_set_up');
  const staff = await server.platform.db.selectFrom('staff').selectAll().execute();
  expect(staff).toHaveLength(1);
  expect((await client.call(getSession, {})).body.workspace).toMatchObject({ needsSetup: false, name: 'W' });

  administrator = new Client(server.platform);
  const { email } = staff[0]!;
  administrator.me = (await administrator.call(signInStaff, { body: { email, password: PASSWORD } })).body.me;
  expect(administrator.me).toMatchObject({ role: 'administrator', locale: 'zh-CN' });
});

describe('signing in', () => {
  test('an unknown address and a wrong password look the same', async () => {
    const client = new Client(server.platform);
    const known = administrator.me!.email!;
    const wrong = await client.call(signInStaff, { body: { email: known, password: 'not this one' } });
    const unknown = await client.call(signInStaff, { body: { email: 'no@acme.test', password: 'not this one' } });
    expect(wrong.status).toBe(401);
    expect(unknown.error).toEqual(wrong.error);
    const shouted = await client.call(signInStaff, { body: { email: ` ${known.toUpperCase()}`, password: PASSWORD } });
    expect(shouted.status).toBe(200);
  });

  test('gives a cookie no script can read, and stores no token', async () => {
    const client = await signedInStaff(server.platform, 'engineer', 'Cookie');
    const token = client.cookies.alongside_staff!;
    const email = client.me!.email!;
    const reply = await client.call(signInStaff, { body: { email, password: PASSWORD } });
    expect(String(reply.headers['set-cookie'])).toMatch(/alongside_staff=.*; Path=\/; HttpOnly; SameSite=Lax/);
    const stored = await server.platform.db.selectFrom('session').selectAll().execute();
    expect(stored.length).toBeGreaterThan(0);
    expect(JSON.stringify(stored)).not.toContain(token);
    expect(stored.some((row) => row.tokenHash.includes(Buffer.from(token, 'base64url')))).toBe(false);
  });

  test('a cookie goes over HTTPS only where the public address is one, whatever the proxy in between says', async () => {
    const behind = await startTestServer(FEATURES, {
      env: { PUBLIC_URL: 'https://support.acme.test', TRUSTED_PROXIES: '192.0.2.1' },
    });
    try {
      const client = new Client(behind.platform);
      const body = { workspaceName: 'W', name: 'A', email: 'a@acme.test', password: PASSWORD, locale: 'en' as const };
      const reply = await client.call(setUpWorkspace, { body });
      expect(String(reply.headers['set-cookie'])).toMatch(/alongside_staff=.*; HttpOnly; Secure; SameSite=Lax/);
      const left = await client.call(signOut, { body: {} });
      expect(String(left.headers['set-cookie'])).toMatch(/alongside_staff=; .*; Secure/);
    } finally {
      await behind.close();
    }
  });

  test('a request another site could make the browser send is stopped', async () => {
    const client = await signedInStaff(server.platform, 'engineer', 'Victim');
    const reply = await server.platform.app.inject({
      method: 'POST',
      url: signOut.path,
      cookies: client.cookies,
      payload: {},
    });
    expect([reply.statusCode, reply.json().error.code]).toEqual([403, 'cross_site']);
    expect(await isSignedIn(client)).toBe(true);
  });

  test('signing out ends this session only', async () => {
    const here = await signedInStaff(server.platform, 'engineer', 'Here');
    const there = new Client(server.platform);
    await there.call(signInStaff, { body: { email: here.me!.email!, password: PASSWORD } });
    const kept = { ...here.cookies };
    await here.call(signOut, { body: {} });
    expect(here.cookies.alongside_staff).toBeUndefined();
    here.cookies = kept;
    expect(await isSignedIn(here)).toBe(false);
    expect(await isSignedIn(there)).toBe(true);
  });

  test('sessions end two weeks after their last use, and use prolongs them', async () => {
    const client = await signedInStaff(server.platform, 'engineer', 'Slow');
    expect(await at(13 * DAY_MS, () => isSignedIn(client))).toBe(true);
    expect(await at(26 * DAY_MS, () => isSignedIn(client))).toBe(true);
    expect(await at(41 * DAY_MS, () => isSignedIn(client))).toBe(false);
  });

  test('guessing is slowed, for an address and for an account', async () => {
    const limited = await startTestServer(FEATURES, { env: { RATE_LIMIT_SCALE: '1' } });
    try {
      const guess = () =>
        new Client(limited.platform).call(signInStaff, { body: { email: 'x@acme.test', password: 'guess' } });
      const replies = [];
      for (let round = 0; round < 22; round += 1) replies.push(await guess());
      const last = replies.at(-1)!;
      expect(replies[0]!.status).toBe(401);
      expect([last.status, last.error.code]).toEqual([429, 'rate_limited']);
      expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    } finally {
      await limited.close();
    }
  });

  test('console and portal can be open in one browser', async () => {
    const { platform } = server;
    await createContact(platform.db, { id: randomUUID(), name: 'Both', email: 'both@customer.test' }, 'en');
    const staff = await signedInStaff(platform, 'engineer', 'Both');
    const customer = await signedInCustomer(platform, 'both@customer.test');
    const cookies = { ...staff.cookies, ...customer.cookies };
    const who = async (side: string) =>
      (await platform.app.inject({ url: getSession.path, cookies, headers: { [CSRF_HEADER]: side } })).json().me?.role;
    expect(await who('staff')).toBe('engineer');
    expect(await who('customer')).toBe('customer');
    expect(await who('1')).toBe('engineer');
    const reply = await platform.app.inject({
      method: 'POST',
      url: signOut.path,
      cookies,
      headers: { [CSRF_HEADER]: 'customer' },
      payload: {},
    });
    expect(reply.cookies.map((cookie) => cookie.name)).toEqual(['alongside_customer']);
    expect(await who('customer')).toBeUndefined();
    expect(await who('staff')).toBe('engineer');
  });
});

describe('one-time links', () => {
  test('work once, however many use them at once', async () => {
    const { platform } = server;
    const token = (await createSignInLink(platform.db, { staffId: administrator.id }, 'en'))!;
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => new Client(platform).call(redeemSignInLink, { body: { token } })),
    );
    expect(replies.filter((reply) => reply.status === 200)).toHaveLength(1);
    expect(replies.filter((reply) => reply.status === 401)).toHaveLength(7);
  });

  test('end after fifteen minutes, and with the account', async () => {
    const { platform } = server;
    const late = (await createSignInLink(platform.db, { staffId: administrator.id }, 'en'))!;
    const redeem = (token: string) => new Client(platform).call(redeemSignInLink, { body: { token } });
    expect((await at(16 * 60_000, () => redeem(late))).error.code).toBe('link_expired');
    const gone = await signedInStaff(platform, 'engineer', 'Gone');
    const token = (await createSignInLink(platform.db, { staffId: gone.id }, 'en'))!;
    await administrator.call(updateStaff, { params: { id: gone.id }, body: { disabled: true } });
    expect((await redeem(token)).error.code).toBe('link_expired');
    expect((await redeem('made up by somebody')).error.code).toBe('link_expired');
  });
});

describe('the team', () => {
  test('is kept by the administrator', async () => {
    const body = { name: 'New', email: 'New@Acme.test', role: 'engineer' as const, password: PASSWORD };
    const made = await administrator.call(createStaff, { body });
    expect(made.body.staff).toMatchObject({ email: 'new@acme.test', disabled: false });
    expect((await administrator.call(createStaff, { body })).error.code).toBe('email_taken');
    expect(JSON.stringify((await administrator.call(listStaff, {})).body)).not.toContain('argon2');
    expect((await administrator.call(updateStaff, { params: { id: randomUUID() }, body: {} })).status).toBe(404);
  });

  test('a disabled member is out at once and cannot come back', async () => {
    const member = await signedInStaff(server.platform, 'engineer', 'Leaving');
    await administrator.call(updateStaff, { params: { id: member.id }, body: { disabled: true } });
    expect(await isSignedIn(member)).toBe(false);
    const again = await member.call(signInStaff, { body: { email: member.me!.email!, password: PASSWORD } });
    expect(again.error.code).toBe('wrong_credentials');
  });

  test('roles take effect with the next request', async () => {
    const member = await signedInStaff(server.platform, 'administrator', 'Stepping down');
    expect((await member.call(getWorkspaceSettings, {})).status).toBe(200);
    await administrator.call(updateStaff, { params: { id: member.id }, body: { role: 'engineer' } });
    expect((await member.call(getWorkspaceSettings, {})).status).toBe(403);
  });

  test('keeps an administrator, also when the last two remove each other at once', async () => {
    const own = { params: { id: administrator.id } };
    expect((await administrator.call(updateStaff, { ...own, body: { disabled: true } })).error.code).toBe(
      'last_administrator',
    );
    expect((await administrator.call(updateStaff, { ...own, body: { role: 'lead' } })).error.code).toBe(
      'last_administrator',
    );
    const second = await signedInStaff(server.platform, 'administrator', 'Second');
    const replies = await Promise.all([
      administrator.call(updateStaff, { params: { id: second.id }, body: { role: 'lead' } }),
      second.call(updateStaff, { ...own, body: { role: 'lead' } }),
    ]);
    expect(replies.map((reply) => reply.status).sort()).not.toEqual([200, 200]);
    const { staff } = (await second.call(listStaff, {})).body;
    expect(staff.filter((one) => one.role === 'administrator' && !one.disabled).length).toBeGreaterThan(0);
    const left = replies[0]!.status === 200 ? administrator : second;
    await left.call(updateStaff, { params: { id: administrator.id }, body: { role: 'administrator' } });
  });

  test('a changed password ends one’s other sessions', async () => {
    const here = await signedInStaff(server.platform, 'engineer', 'Careful');
    const there = new Client(server.platform);
    const email = here.me!.email!;
    await there.call(signInStaff, { body: { email, password: PASSWORD } });
    const wrong = await here.call(changeMyPassword, { body: { current: 'wrong', next: 'another password' } });
    expect([wrong.status, wrong.error.field]).toEqual([422, 'current']);
    expect(wrong.error.issues![0]!.message).toBe('This is not your current password.');
    await here.call(changeMyPassword, { body: { current: PASSWORD, next: 'another password' } });
    expect([await isSignedIn(here), await isSignedIn(there)]).toEqual([true, false]);
    expect((await there.call(signInStaff, { body: { email, password: PASSWORD } })).status).toBe(401);
    expect((await there.call(signInStaff, { body: { email, password: 'another password' } })).status).toBe(200);
  });

  test('one’s own settings are one’s own, and the address is not among them', async () => {
    const member = await signedInStaff(server.platform, 'engineer', 'Me');
    const body = { name: '王工', locale: 'zh-CN' as const, theme: 'dark' as const };
    expect((await member.call(updateMe, { body })).body.me).toMatchObject(body);
    const reply = await member.call(updateMe, { body: { email: 'other@acme.test' } });
    expect([reply.status, reply.error.field, reply.error.message]).toEqual([422, 'email', '请检查标出的内容：email。']);
  });
});

describe('the workspace', () => {
  test('takes only bare origins for the widget', async () => {
    const set = (widgetOrigins: string[]) => administrator.call(updateWorkspace, { body: { widgetOrigins } });
    expect((await set(['https://www.acme.test', 'http://localhost:3000/'])).body.widgetOrigins).toEqual([
      'https://www.acme.test',
      'http://localhost:3000',
    ]);
    expect(await server.platform.embedding.list()).toEqual(['https://www.acme.test', 'http://localhost:3000']);
    for (const wrong of [
      'acme.test',
      'https://acme.test/path',
      'javascript:alert(1)',
      "https://a.test; script-src 'x'",
      '*',
    ])
      expect((await set(['https://ok.test', wrong])).error.field, wrong).toBe('widgetOrigins.1');
    await set([]);
    expect(await server.platform.embedding.list()).toEqual([]);
    expect((await administrator.call(getWorkspaceSettings, {})).body).toMatchObject({
      widgetOrigins: [],
      widgetOriginsOfOperator: [],
    });
  });

  test('takes each topic once', async () => {
    const topic = { id: 'pump', name: { en: 'Pump', 'zh-CN': '水泵' } };
    const set = (topics: (typeof topic)[]) => administrator.call(updateWorkspace, { body: { topics } });
    expect((await set([topic])).body.workspace.topics).toEqual([topic]);
    expect((await set([topic, topic])).error.field).toBe('topics.1.id');
  });

  test('replaces only the topics that were read: of two who read the same list one is told', async () => {
    const topic = (id: string) => ({ id, name: { 'zh-CN': id, en: id } });
    const before = [topic('pump'), topic('valve')];
    await administrator.call(updateWorkspace, { body: { topics: before } });
    const add = (id: string) =>
      administrator.call(updateWorkspace, {
        body: { topics: [...before, topic(id)], topicsBefore: before.map(({ id, name }) => ({ name, id })) },
      });
    const replies = await Promise.all([add('hose'), add('tank')]);
    const loser = replies.find(({ status }) => status !== 200);
    expect(loser?.error).toMatchObject({ code: 'topics_changed' });
    const { topics } = (await administrator.call(getWorkspaceSettings, {})).body.workspace;
    expect(topics).toEqual(replies.find(({ status }) => status === 200)?.body.workspace.topics);
    expect(topics).toHaveLength(3);
  });
});

test('the helper that sets a workspace up goes through the first-run page', async () => {
  await expect(setUp(server.platform)).rejects.toThrow('already_set_up');
});

// Last, since nobody is signed in after it.
test('what has ended is removed, and nothing else', async () => {
  const { db } = server.platform;
  const count = async () => (await db.selectFrom('session').select('id').execute()).length;
  const before = await count();
  expect(before).toBeGreaterThan(0);
  await deleteExpiredSessions(db, new Date());
  expect(await count()).toBe(before);
  await deleteExpiredSessions(db, new Date(Date.now() + 60 * DAY_MS));
  expect(await count()).toBe(0);
});
