import { CSRF_HEADER, route as declare, ErrorReply } from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../config/load.ts';
import { silentLog } from '../log/logger.ts';
import { createHttpApp } from './app.ts';
import type { Caller } from './caller.ts';
import { route } from './route.ts';

const rename = declare({
  method: 'POST',
  path: '/api/things/:id',
  access: 'lead',
  rate: 'write',
  summary: 'Renames a thing.',
  params: z.strictObject({ id: z.uuid() }),
  body: z.strictObject({ name: z.string().trim().min(1).max(120), tags: z.array(z.string().max(5)).max(3).optional() }),
  reply: z.strictObject({ name: z.string() }),
});
const leak = declare({
  method: 'GET',
  path: '/api/leak',
  access: 'anyone',
  rate: 'read',
  summary: 'Replies with more than declared.',
  reply: z.strictObject({ shown: z.string() }),
});
const guess = declare({
  method: 'POST',
  path: '/api/guess',
  access: 'anyone',
  rate: 'credential',
  summary: 'Limited tightly.',
  reply: z.strictObject({}),
});
const boom = declare({ ...leak, path: '/api/boom' });

const ID = '0d4d2a3e-54c3-4b25-9c5d-0c6a39f2a111';
const people: Record<string, Caller> = {
  lead: { kind: 'staff', id: ID, name: 'Lin', role: 'lead', locale: 'en', sessionId: ID, via: 'cookie' },
  engineer: { kind: 'staff', id: ID, name: 'Ed', role: 'engineer', locale: 'en', sessionId: ID, via: 'cookie' },
  chinese: { kind: 'staff', id: ID, name: '林', role: 'lead', locale: 'zh-CN', sessionId: ID, via: 'bearer' },
};

let thrown = new Error('secret detail of the inside');
let app: Awaited<ReturnType<typeof createHttpApp>>;

beforeAll(async () => {
  app = await createHttpApp(loadConfig({ PUBLIC_URL: 'https://support.example.com' }), silentLog());
  app.resolveCaller = async ({ cookies, bearer }) => people[cookies.sid ?? bearer ?? ''] ?? null;
  route(app, rename, ({ body }) => ({ name: body.name }));
  route(app, leak, () => ({ shown: 'a', hidden: 'internal note' }) as { shown: string });
  route(app, guess, () => ({}));
  route(app, boom, () => {
    throw thrown;
  });
  await app.ready();
});
afterAll(() => app.close());

const json = { 'content-type': 'application/json', [CSRF_HEADER]: '1' };

async function post(body: unknown, headers: Record<string, string> = {}, url = `/api/things/${ID}`) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const reply = await app.inject({
    method: 'POST',
    url,
    headers: { ...json, cookie: 'sid=lead', ...headers },
    payload,
  });
  return {
    status: reply.statusCode,
    headers: reply.headers,
    error: reply.statusCode < 400 ? null : ErrorReply.parse(reply.json()).error,
    body: reply.json(),
  };
}

describe('a contract route', () => {
  test('hands validated input to its handler', async () => {
    expect((await post({ name: '  新名字 👋 ' })).body).toEqual({ name: '新名字 👋' });
  });

  test('names every wrong field, in the reader’s language', async () => {
    const english = await post({ name: 'x'.repeat(10_000), tags: ['ok', 'too long'], extra: 1 });
    expect(english.status).toBe(422);
    expect(english.error).toMatchObject({ code: 'invalid_input', field: 'name' });
    expect(english.error!.issues!.map((issue) => issue.field)).toEqual(['name', 'tags.1', 'extra']);
    expect(english.error!.message).toContain('name');
    const chinese = await post({ name: 7 }, { cookie: '', authorization: 'Bearer chinese' });
    expect(chinese.error!.message).toContain('请检查');
    expect(chinese.error!.issues![0]!.message).toMatch(/[\u4e00-\u9fff]/);
    expect((await post({}, {}, '/api/things/not-a-uuid')).error).toMatchObject({ field: 'id' });
  });

  test('answers 401 to nobody, 403 to a lesser role', async () => {
    expect((await post({ name: 'a' }, { cookie: '' })).error!.code).toBe('unauthenticated');
    expect((await post({ name: 'a' }, { cookie: 'sid=engineer' })).error!.code).toBe('forbidden');
    const asked = await post({ name: 'a' }, { cookie: '', 'accept-language': 'zh-TW,zh;q=0.9,en;q=0.8' });
    expect(asked.error!.message).toBe('请先登录。');
  });

  test('reads bodies that are broken, too large or of another kind as what they are', async () => {
    expect((await post('{"name":')).error!.code).toBe('malformed_request');
    expect((await post({ name: 'x'.repeat(2 ** 20) })).error).toMatchObject({
      code: 'body_too_large',
      details: { limit: '1 MiB' },
    });
    expect((await post('<a/>', { 'content-type': 'application/xml' })).error!.code).toBe('unsupported_media_type');
    expect((await post('{"__proto__":{"admin":true},"name":"a"}')).status).toBe(400);
  });

  test('fails instead of leaking a field nobody declared', async () => {
    const reply = await app.inject({ url: '/api/leak' });
    expect(reply.statusCode).toBe(500);
    expect(reply.body).not.toContain('internal note');
  });

  test('tells nothing of the inside, and names the request', async () => {
    const reply = await app.inject({ url: '/api/boom' });
    expect(reply.body).not.toContain('inside');
    expect(reply.json().error).toMatchObject({
      code: 'internal',
      details: { requestId: reply.headers['x-request-id'] },
    });
  });

  test('says “try again” when the database is away, not that we are broken', async () => {
    for (const error of [
      new Error('Connection terminated unexpectedly'),
      new Error('timeout exceeded when trying to connect'),
      Object.assign(new Error('read'), { code: 'ECONNRESET' }),
      Object.assign(new Error('terminating connection'), { code: '57P01' }),
      Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' }),
    ]) {
      thrown = error;
      const reply = await app.inject({ url: '/api/boom' });
      expect([error.message, reply.statusCode, reply.json().error.code]).toEqual([error.message, 503, 'unavailable']);
    }
    thrown = new Error('secret detail of the inside');
  });

  test('limits guessing', async () => {
    const codes = [];
    for (let attempt = 0; attempt < 21; attempt += 1) codes.push((await post({}, { cookie: '' }, '/api/guess')).status);
    expect(codes.filter((code) => code === 200)).toHaveLength(20);
    const refused = await post({}, { cookie: '' }, '/api/guess');
    expect(refused.error).toMatchObject({ code: 'rate_limited', retry: true });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });
});

test('unknown addresses are 404, known ones with another method 405', async () => {
  expect((await app.inject({ url: '/api/none' })).statusCode).toBe(404);
  expect((await app.inject({ url: `/api/things/${ID}` })).json().error.code).toBe('method_not_allowed');
  expect((await app.inject({ url: `/api/${'x'.repeat(5_000)}` })).statusCode).toBe(400);
});

describe('requests of other sites', () => {
  const name = { name: 'a' };
  test('are stopped when a cookie would speak for the person', async () => {
    expect((await post(name, { origin: 'https://evil.example' })).error!.code).toBe('cross_site');
    expect((await post(name, { origin: 'null' })).error!.code).toBe('cross_site');
    expect((await post(name, { 'sec-fetch-site': 'cross-site' })).error!.code).toBe('cross_site');
    expect((await post(name, { 'sec-fetch-site': 'same-site' })).error!.code).toBe('cross_site');
    const form = await app.inject({ method: 'POST', url: `/api/things/${ID}`, headers: { cookie: 'sid=lead' } });
    expect(form.statusCode).toBe(403);
    // The router decodes the address before it looks for a route.
    expect((await post(name, { origin: 'https://evil.example' }, `/%61pi/things/${ID}`)).error!.code).toBe(
      'cross_site',
    );
    expect((await post(name, {}, `/%61pi/things/${ID}`)).status).toBe(200);
  });

  test('our own pages, the public address, and programs pass', async () => {
    expect((await post(name, { origin: 'http://localhost:80', host: 'localhost:80' })).status).toBe(200);
    expect((await post(name, { origin: 'https://support.example.com' })).status).toBe(200);
    expect((await post(name)).status).toBe(200);
    expect(
      (await post(name, { cookie: '', authorization: 'Bearer chinese', origin: 'https://any.example' })).status,
    ).toBe(200);
  });
});

test('every reply carries the protective headers', async () => {
  for (const url of ['/api/leak', '/nothing', '/api/none']) {
    const { headers } = await app.inject({ url });
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['permissions-policy']).toContain('camera=(self)');
    expect(headers['strict-transport-security']).toContain('max-age');
    expect(headers['referrer-policy']).toBe('strict-origin-when-cross-origin');
  }
});
