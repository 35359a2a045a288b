import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Session } from '../model/session.ts';
import { pieces, T0 } from '../testing.ts';
import { diagnose } from '../verdict/report.ts';
import { readSessions } from './read-sessions.ts';

type Entry = { second: number; url: string; status?: number; ms?: number; more?: object; response?: object };

function archive(entries: Entry[]): string {
  return JSON.stringify({
    log: {
      version: '1.2',
      creator: { name: 'WebInspector', version: '537.36' },
      entries: entries.map(({ second, url, status = 200, ms = 100, more = {}, response = {} }) => ({
        startedDateTime: new Date(T0 + second * 1_000).toISOString(),
        time: ms,
        ...more,
        request: { method: 'GET', url, headers: [{ name: 'User-Agent', value: 'Chrome/156' }], cookies: [] },
        response: { status, statusText: status === 200 ? 'OK' : '', headers: [], content: { size: 0 }, ...response },
        timings: { wait: ms },
      })),
    },
  });
}

async function read(text: string, size?: number): Promise<Session> {
  for await (const { session } of readSessions('calls.har', pieces(new TextEncoder().encode(text), size)))
    return session;
  throw new Error('nothing was read');
}
const signalling = ({ events }: Session) =>
  events.flatMap((event) => (event.type === 'signalling' ? [[(event.atMs - T0) / 1_000, event.state]] : []));
const tried = ({ events }: Session) =>
  events.flatMap((event) => (event.type === 'server_tried' ? [[event.address, event.role, event.outcome]] : []));

describe('an HTTP archive', () => {
  test('tells each request, without what is secret in its address', async () => {
    const session = await read(
      archive([
        { second: 0, url: 'https://u:p@h.example.com/a.js?token=s3cret#x' },
        { second: 1, url: 'https://h.example.com/missing', status: 404 },
        { second: 2, url: 'https://h.example.com/join', ms: 4_000 },
      ]),
    );
    expect([session.format, session.participants[0]!.userAgent]).toEqual(['har', 'Chrome/156']);
    expect(session.logs.map(({ level, text }) => [level, text])).toEqual([
      ['info', 'GET https://h.example.com/a.js 200 OK 100 ms'],
      ['error', 'GET https://h.example.com/missing 404 100 ms'],
      ['warn', 'GET https://h.example.com/join 200 OK 4000 ms'],
    ]);
    expect(JSON.stringify(session)).not.toContain('s3cret');
  });

  test('a socket that goes and comes back, and one that never comes', async () => {
    const socket = (second: number, status: number, ms: number): Entry => ({
      second,
      url: 'wss://rtc.example.com/rtc?access_token=x',
      status,
      ms,
    });
    const session = await read(archive([socket(0, 101, 10_000), socket(20, 101, 30_000)]));
    expect(signalling(session)).toEqual([
      [0, 'open'],
      [10, 'closed'],
      [20, 'open'],
    ]);
    const failing = await read(
      archive([
        { ...socket(0, 0, 5_000), response: { _error: 'net::ERR_CONNECTION_REFUSED' } },
        { second: 6, url: 'wss://rtc2.example.com/rtc', status: 101 },
      ]),
    );
    expect(tried(failing)).toEqual([
      ['wss://rtc.example.com/rtc', 'primary', 'failed'],
      ['wss://rtc2.example.com/rtc', 'backup', 'connected'],
    ]);
    expect(failing.logs[0]!.text).toContain('net::ERR_CONNECTION_REFUSED');
  });

  test('a join that is refused is found', async () => {
    const session = await read(
      archive([
        { second: 0, url: 'https://api.example.com/rooms/7/join', status: 403 },
        { second: 30, url: 'https://api.example.com/logo.png' },
      ]),
    );
    expect(signalling(session)).toEqual([[0.1, 'closed']]);
    expect(diagnose(session, 'en').verdict.state).toBe('findings');
  });

  test('messages of sockets, candidates in them, and servers in an answer', async () => {
    const candidate = 'candidate:1 1 udp 2122 192.168.1.5 5000 typ host';
    const session = await read(
      archive([
        {
          second: 0,
          url: 'wss://rtc.example.com/rtc',
          status: 101,
          more: {
            _webSocketMessages: [
              { type: 'send', time: (T0 + 1_000) / 1_000, opcode: 1, data: JSON.stringify({ candidate }) },
              { type: 'receive', time: (T0 + 2_000) / 1_000, opcode: 2, data: 'AAAA' },
              { type: 'receive', time: (T0 + 9_000) / 1_000, opcode: 8, data: '' },
            ],
          },
        },
        {
          second: 3,
          url: 'https://api.example.com/ice-servers',
          response: {
            content: {
              text: JSON.stringify({
                iceServers: [{ urls: ['turn:t.example.com:3478?transport=udp'], credential: 'x' }],
              }),
            },
          },
        },
      ]),
    );
    expect(session.events.filter(({ type }) => type === 'candidate')).toMatchObject([
      { side: 'local', candidate: { address: '192.168.1.5' } },
    ]);
    expect(signalling(session)).toEqual([
      [0, 'open'],
      [9, 'closed'],
    ]);
    expect(session.connections.map(({ iceServers }) => iceServers)).toEqual([
      ['turn:t.example.com:3478?transport=udp'],
    ]);
    expect(session.logs.filter(({ text }) => text.startsWith('web socket'))).toHaveLength(3);
  });
});

describe('a hostile archive', () => {
  const whole = archive([
    { second: 0, url: 'wss://rtc.example.com/rtc', status: 101 },
    { second: 1, url: 'https://api.example.com/join' },
  ]);

  test('cut anywhere, keeps what was before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 80, max: whole.length - 1 }), async (length) => {
        expect((await read(whole.slice(0, length), 64)).problems.map(({ code }) => code)).toEqual(['truncated']);
      }),
      { numRuns: 40 },
    );
  });

  test('values of any type anywhere, never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ maxDepth: 2 }), fc.anything({ maxDepth: 2 }), async (a, b) => {
        const entry = {
          startedDateTime: a,
          time: b,
          request: b,
          response: { status: a, content: b },
          _webSocketMessages: [a, { time: 1, data: b, type: a }],
        };
        const text = JSON.stringify(
          {
            log: {
              creator: 1,
              entries: [
                entry,
                a,
                { ...entry, startedDateTime: '2026-05-14T02:00:00Z', request: { url: 'wss://h', method: a } },
              ],
            },
          },
          (_, value) => (typeof value === 'bigint' ? String(value) : value),
        );
        await read(text);
      }),
      { numRuns: 100 },
    );
  });
});
