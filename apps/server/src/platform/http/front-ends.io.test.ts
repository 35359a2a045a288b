import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { silentLog } from '../log/logger.ts';
import { createHttpApp } from './app.ts';
import { registerFrontEnds } from './front-ends.ts';

let dir: string;
let app: Awaited<ReturnType<typeof createHttpApp>>;
let sites: string[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'alongside-front-ends-'));
  for (const name of ['console', 'widget']) {
    mkdirSync(join(dir, name, 'assets'), { recursive: true });
    writeFileSync(join(dir, name, 'index.html'), `<!doctype html><title>${name}</title>`);
    writeFileSync(join(dir, name, 'assets', 'index-B1d2f3a4.js'), 'export {};');
    writeFileSync(join(dir, name, 'assets', 'index-B1d2f3a4.js.br'), brotliCompressSync('export {};'));
  }
  writeFileSync(join(dir, 'widget', 'loader.js'), '1');
  writeFileSync(join(dir, 'secret'), 'outside');
  const config = loadConfig({
    LIVEKIT_URL: 'wss://media.example.com',
    LIVEKIT_API_KEY: 'k',
    LIVEKIT_API_SECRET: 's',
    MEDIA_BACKUP_URLS: 'https://media2.example.com/',
  });
  app = await createHttpApp(config, silentLog());
  await registerFrontEnds(
    app,
    config,
    [
      { path: '/console/', dir: join(dir, 'console') },
      { path: '/widget/', dir: join(dir, 'widget'), embeddable: true },
      { path: '/portal/', dir: join(dir, 'not built') },
    ],
    { list: async () => sites },
  );
  await app.ready();
});
afterAll(async () => {
  await app?.close();
  rmSync(dir, { recursive: true, force: true });
});

test('pages are served with their own routing, fresh; hashed files for ever', async () => {
  for (const url of ['/console/', '/console/tickets/5?tab=files', '/console/deep/er']) {
    const page = await app.inject({ url });
    expect([url, page.statusCode, page.headers['cache-control'], page.headers['content-type']]).toEqual([
      url,
      200,
      'no-cache',
      'text/html; charset=utf-8',
    ]);
    expect(page.body).toContain('<title>console</title>');
  }
  // Link checkers and mail scanners ask with HEAD.
  for (const url of ['/console/', '/console/tickets/5']) {
    const head = await app.inject({ method: 'HEAD', url });
    expect([url, head.statusCode, head.headers['content-type'], head.body]).toEqual([
      url,
      200,
      'text/html; charset=utf-8',
      '',
    ]);
  }
  expect((await app.inject({ method: 'HEAD', url: '/console/assets/gone.js' })).statusCode).toBe(404);
  const script = await app.inject({ url: '/console/assets/index-B1d2f3a4.js' });
  expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  const bare = await app.inject({ url: '/console' });
  expect([bare.statusCode, bare.headers.location]).toEqual([302, '/console/']);
});

test('compressed copies go to those who take them, with the type of the original', async () => {
  const script = await app.inject({
    url: '/console/assets/index-B1d2f3a4.js',
    headers: { 'accept-encoding': 'gzip, br' },
  });
  expect(script.headers).toMatchObject({
    'content-encoding': 'br',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect(script.headers['content-type']).toContain('javascript');
});

test('missing files and front ends that are not built are 404; no way leads out of the folder', async () => {
  for (const url of ['/console/assets/gone.js', '/console/%2e%2e/secret.txt', '/portal/', '/nothing']) {
    const reply = await app.inject({ url });
    expect([url, reply.statusCode, reply.json().error.code]).toEqual([url, 404, 'not_found']);
  }
  for (const url of [
    '/console/..%2fsecret',
    '/console/..%5csecret',
    '/console/....//secret',
    '/console/%00',
    '/console//etc/passwd',
  ]) {
    const reply = await app.inject({ url });
    expect([url, reply.body.includes('outside') || reply.body.includes('root:')]).toEqual([url, false]);
  }
});

test('pages run nothing but their own scripts and are framed by nobody', async () => {
  for (const url of ['/console/', '/console/tickets', '/console/assets/index-B1d2f3a4.js']) {
    const { headers } = await app.inject({ url, headers: { host: 'support.example.com' } });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(
      "connect-src 'self' ws://support.example.com wss://support.example.com wss://media.example.com https://media.example.com wss://media2.example.com https://media2.example.com;",
    );
    expect(policy).not.toContain('unsafe');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
});

test('a host that is none gets into no policy', async () => {
  for (const host of ["a.test; script-src 'unsafe-inline'", "a.test 'unsafe-eval'", '[::1', '"', 'a.test:port'])
    for (const headers of [{ host }, { host: 'ours.test', 'x-forwarded-host': host }]) {
      const reply = await app.inject({ url: '/console/', headers });
      expect([host, reply.statusCode, reply.json().error.code]).toEqual([host, 400, 'malformed_request']);
      expect(reply.headers['content-security-policy']).not.toContain('unsafe');
    }
  for (const host of ['support.example.com:8443', 'my_service', '[2001:db8::1]:7700', 'xn--fsqu00a.xn--fiqs8s']) {
    const { headers } = await app.inject({ url: '/console/', headers: { host } });
    expect(headers['content-security-policy']).toContain(`ws://${host} wss://${host} `);
  }
});

test('the widget is framed by the sites that may, its loader is a script for other sites', async () => {
  const ancestors = async () =>
    String((await app.inject({ url: '/widget/' })).headers['content-security-policy']).match(
      /frame-ancestors (.*)$/,
    )![1];
  // An empty list is a beginning, not an invitation to everybody.
  expect(await ancestors()).toBe("'self'");
  sites = ['https://shop.example.com'];
  expect(await ancestors()).toBe("'self' https://shop.example.com");
  const { headers } = await app.inject({ url: '/widget/loader.js' });
  expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
  expect(headers['x-frame-options']).toBeUndefined();
  // What it loads later is a module: other sites fetch it by the rules for those.
  expect(headers['access-control-allow-origin']).toBe('*');
  const own = await app.inject({ url: '/console/assets/index-B1d2f3a4.js' });
  expect(own.headers['access-control-allow-origin']).toBeUndefined();
});
