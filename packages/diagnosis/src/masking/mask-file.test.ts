import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { gunzipSync, gzipSync, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { ReadError } from '../readers/read-error.ts';
import { readSessions } from '../readers/read-sessions.ts';
import { pieces } from '../testing.ts';
import { diagnose } from '../verdict/report.ts';
import { maskFile } from './mask-file.ts';
import { emptyMaskingReport } from './report.ts';

const text = new TextEncoder();

async function mask(document: string | Uint8Array, addresses = false, size = 1_000) {
  const report = emptyMaskingReport();
  const out: Uint8Array[] = [];
  const bytes = typeof document === 'string' ? text.encode(document) : document;
  for await (const piece of maskFile('file', pieces(bytes, size), { addresses }, report)) out.push(piece);
  const masked = Buffer.concat(out);
  return { masked, text: masked.toString(), report };
}
const maskedText = async (document: string, addresses = false) => (await mask(document, addresses)).text;

describe('secrets in text', () => {
  test.each([
    ['GET /rtc?access_token=abc.def&room=7 HTTP/1.1', 'GET /rtc?access_token=masked-token&room=7 HTTP/1.1'],
    ['https://h/x?sig=a1%2Fb&v=2#f', 'https://h/x?sig=masked-token&v=2#f'],
    ['Authorization: Bearer abc123.def', 'Authorization: Bearer masked-authorization'],
    ["curl -H 'X-Api-Key: s3cr3t' x", "curl -H 'X-Api-Key: masked-api-key' x"],
    ['Cookie: sid=1; theme=dark\nHost: x', 'Cookie: masked-cookie\nHost: x'],
    ['login user=ann password=hunter2, ok', 'login user=ann password=masked-password, ok'],
    ['jwt eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl ok', 'jwt masked-token ok'],
    ['postgres://app:pa55@db/x', 'postgres://app:masked-password@db/x'],
    ['from ann.lee+1@mail.example.com to', 'from masked-email to'],
    ['手机号：13800138000，已发送', '手机号：masked-phone，已发送'],
    ['phone=+49 30 1234', 'phone=masked-phone 30 1234'],
    ['a=ice-ufrag:Ab+c\r\na=ice-pwd:xYz/123\r\n', 'a=ice-ufrag:ufrag-1\r\na=ice-pwd:masked-ice-credential\r\n'],
    ['turn username=1795291080:ann', 'turn username=1795291080:masked-turn-credential'],
  ])('%s', async (plain, masked) => {
    expect(await maskedText(plain)).toBe(masked);
  });

  test.each([
    'Join failed, token: expired, asking for a new one',
    'fetch(url, {credentials: "include"})',
    '"credentialType":"password","url":"turn:h"',
    'Chrome/120.0.0.0 Safari/537.36',
    'token=masked-token',
    'at 12:34:56 mac aa:bb:cc:dd:ee:ff std::vector<int>',
    '127.0.0.1 and ::1 and 0.0.0.0 and 1.2.3',
  ])('leaves alone: %s', async (plain) => {
    expect(await maskedText(plain, true)).toBe(plain);
  });

  test('addresses keep their kind and are recognisable', async () => {
    expect(await maskedText('192.168.1.5 203.0.113.9 192.168.1.5 10.0.0.1 2001:db8::7 fe80::1%eth0', true)).toBe(
      'ip-private-1 ip-1 ip-private-1 ip-private-2 ip6-1 ip6-linklocal-1%eth0',
    );
    expect(await maskedText('192.168.1.5')).toBe('192.168.1.5');
    expect(await maskedText('candidate:1 1 udp 2122 203.0.113.9 5000 typ srflx raddr 10.0.0.1 rport 9', true)).toBe(
      'candidate:1 1 udp 2122 ip-1 5000 typ srflx raddr ip-private-1 rport 9',
    );
  });
});

describe('secrets in JSON', () => {
  const inner = JSON.stringify({ password: 'a"b\\', nested: JSON.stringify({ accessToken: 'q\\"', keep: 'me' }) });
  const document = {
    iceServers: [{ urls: ['turn:h'], username: '1795291080:ann', credential: 'x/y=' }],
    request: {
      headers: [
        { name: 'Authorization', value: 'Bearer aa.bb' },
        { value: 'tok tok', name: 'x-livekit-token' },
        { name: 'Accept', value: '*/*' },
      ],
      cookies: [{ name: 'theme', value: 'da"rk]', path: '/' }],
      headersAsObject: { 'set-cookie': ['a=b', 'c=d'], pin: 1 },
    },
    message: inner,
    password: 12345,
    token: null,
    apiKey: '',
  };

  test('stays JSON at any depth, in pieces of any size', async () => {
    const plain = JSON.stringify(document);
    const { text: masked, report } = await mask(plain);
    expect(JSON.parse(masked)).toEqual({
      iceServers: [
        { urls: ['turn:h'], username: '1795291080:masked-turn-credential', credential: 'masked-turn-credential' },
      ],
      request: {
        headers: [
          { name: 'Authorization', value: 'Bearer masked-authorization' },
          { value: 'masked-token', name: 'x-livekit-token' },
          { name: 'Accept', value: '*/*' },
        ],
        cookies: [{ name: 'theme', value: 'masked-cookie', path: '/' }],
        headersAsObject: { 'set-cookie': ['masked-cookie', 'masked-cookie'], pin: 1 },
      },
      message: JSON.stringify({
        password: 'masked-password',
        nested: JSON.stringify({ accessToken: 'masked-token', keep: 'me' }),
      }),
      password: 0,
      token: null,
      apiKey: '',
    });
    expect(report.counts).toEqual({
      turn_credential: 2,
      authorization: 1,
      token: 2,
      cookie: 3,
      password: 2,
    });
    expect(report.total).toBe(10);
    for (const size of [1, 7, 100_000]) expect((await mask(plain, false, size)).text).toBe(masked);
  });

  test('whatever the values, stays JSON and tells none of them', async () => {
    const value = fc.string({ unit: 'grapheme', minLength: 3, maxLength: 40 }).map((s) => `§${s}§`);
    await fc.assert(
      fc.asyncProperty(
        value,
        fc.constantFrom('password', 'accessToken', 'credential', 'Cookie'),
        fc.nat(2),
        async (v, name, depth) => {
          let plain: unknown = { before: 'x', [name]: v, after: ['y'] };
          for (let level = 0; level < depth; level++) plain = { said: JSON.stringify(plain) };
          const { text: masked } = await mask(JSON.stringify(plain));
          expect(() => JSON.parse(masked)).not.toThrow();
          expect(masked).not.toContain('§');
          expect(masked).toContain('after');
        },
      ),
      { numRuns: 200 },
    );
  });
});

test('a long document is masked as a short one', async () => {
  const line = `${'x'.repeat(997)} password=s3cret-1 ok\n`;
  const { text: masked, report } = await mask(line.repeat(2_000), false, 64 * 1024);
  expect(masked).toBe(line.replace('s3cret-1', 'masked-password').repeat(2_000));
  expect(report.counts).toEqual({ password: 2_000 });
  expect(report.examples).toEqual([
    { kind: 'password', place: 'file:1:1008', text: expect.stringMatching(/^x+ password=masked-password$/) },
  ]);
});

test('examples are of different places, counted in the masked document', async () => {
  const { report, text: masked } = await mask('a=1 token=s3cr3t, sig\nb?key=abcdef&c\npwd=z9z9z9 token=abc123 ');
  for (const { place, text: example } of report.examples) {
    const [, line, column] = place.split(':').map(Number);
    expect(masked.split('\n')[line! - 1]!.slice(column! - 1)).toMatch(/^masked-/);
    expect(example).toContain('masked-');
  }
  expect(report.examples.map(({ place }) => place)).toEqual(['file:1:11', 'file:2:7', 'file:3:5', 'file:3:27']);
});

test('archives stay archives, and an address has one name in all of one', async () => {
  const packed = zipSync({
    'a.log': text.encode('at 203.0.113.9'),
    'b/c.log': text.encode('198.51.100.1 203.0.113.9'),
  });
  const { masked } = await mask(packed, true);
  const files = unzipSync(masked);
  expect(Object.entries(files).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)])).toEqual([
    ['a.log', 'at ip-1'],
    ['b/c.log', 'ip-2 ip-1'],
  ]);
  const picture = Uint8Array.from([0x89, 0x50, 0, 255, 254, 7]);
  expect([...(await mask(picture)).masked]).toEqual([...picture]);
});

test('whatever comes is masked or refused, and a bomb is refused', async () => {
  const magics = fc.constantFrom([], [0x1f, 0x8b, 8], [0x50, 0x4b, 3, 4], [0xff, 0xfe], [...text.encode('{"token":"')]);
  await fc.assert(
    fc.asyncProperty(magics, fc.uint8Array({ maxLength: 200 }), async (magic, rest) => {
      await mask(Uint8Array.from([...magic, ...rest])).catch((thrown) => expect(thrown).toBeInstanceOf(ReadError));
    }),
    { numRuns: 200 },
  );
  const bomb = maskFile(
    'b',
    pieces(gzipSync(new Uint8Array(3_000_000))),
    { maxUnpackedBytes: 1e6 },
    emptyMaskingReport(),
  );
  const unpacked = async () => {
    for await (const _ of bomb);
  };
  await expect(unpacked()).rejects.toMatchObject({ code: 'too_large' });
});

test.each(['chromium-156-short-call.json.gz', 'rtcstats-lines.txt.gz', 'rtcstats-format-3.txt.gz'])(
  '%s is judged the same after masking, and holds no credential any more',
  async (name) => {
    const plain = readFileSync(new URL(`../readers/fixtures/${name}`, import.meta.url));
    const { masked } = await mask(plain, true);
    const judged = async (bytes: Uint8Array) => {
      const reports = [];
      for await (const { session } of readSessions(name, pieces(bytes))) reports.push(diagnose(session, 'en'));
      return reports;
    };
    expect(await judged(masked)).toEqual(await judged(plain));
    const unpacked = new TextDecoder().decode(gunzipSync(masked));
    expect(unpacked).not.toMatch(/ice-pwd:(?!masked-)/);
    expect(unpacked).not.toMatch(/192\.168\.|\b10\.\d+\.\d+\.\d+\b/);
  },
);
