import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Session } from '../model/session.ts';
import { pieces } from '../testing.ts';
import { diagnose } from '../verdict/report.ts';
import { readSessions } from './read-sessions.ts';

/** Twelve seconds of two connections of one page, as rtcstats traced them; Chromium 156. */
const fixture = (name: string) => gunzipSync(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));
const OLDER = fixture('rtcstats-lines.txt.gz');
const NEWER = fixture('rtcstats-format-3.txt.gz');

async function read(bytes: Uint8Array, size?: number): Promise<Session> {
  for await (const { session } of readSessions('trace', pieces(bytes, size))) return session;
  throw new Error('nothing was read');
}
const text = (value: string) => new TextEncoder().encode(value);

/** The same trace as the family’s single document. */
function asDocument(lines: Uint8Array): Uint8Array {
  const peerConnections: Record<string, object[]> = {};
  for (const line of new TextDecoder().decode(lines).split('\n').slice(1)) {
    const [type, connection, value, ...rest] = line === '' ? [] : JSON.parse(line);
    if (typeof rest.at(-1) !== 'number') continue;
    const id = connection ?? 'null';
    peerConnections[id] = [...(peerConnections[id] ?? []), { type, value, time: new Date(rest.at(-1)) }];
  }
  return text(JSON.stringify({ userAgent: 'Mozilla/5.0 Chrome/156', peerConnections }));
}

/** The same trace as Jitsi’s server writes it, each line numbered behind its time. */
function asNumbered(lines: Uint8Array): Uint8Array {
  const numbered = (line: string, nth: number) => (line.startsWith('[') ? line.replace(/\]$/, `,${nth}]`) : line);
  return text(new TextDecoder().decode(lines).split('\n').map(numbered).join('\n'));
}

describe.each([
  ['lines of the older kind', OLDER],
  ['numbered lines', asNumbered(OLDER)],
  ['file format 3', NEWER],
  ['a single document', asDocument(OLDER)],
])('%s', (_, bytes) => {
  test('tells connections, streams, and how they went', async () => {
    const session = await read(bytes);
    expect(session.problems).toEqual([]);
    expect(session.participants[0]!.userAgent).toBe('Mozilla/5.0 Chrome/156');
    expect(session.connections.map(({ id, iceServers }) => [id, iceServers])).toEqual([
      ['PC_0', ['stun:127.0.0.1:9']],
      ['PC_1', []],
    ]);
    expect(session.tracks.map(({ direction, kind, mimeType }) => [direction, kind, mimeType])).toEqual([
      ['send', 'audio', 'audio/opus'],
      ['send', 'video', 'video/VP8'],
      ['receive', 'audio', 'audio/opus'],
      ['receive', 'video', 'video/VP8'],
    ]);
    const [, sent, heard, seen] = session.tracks.map(({ samples }) => samples);
    const at = sent!.length - 2;
    expect(sent!.value('framesPerSecond', at)).toBeCloseTo(20, 0);
    expect(sent!.value('processorLimitedRatio', at)).toBe(0);
    expect(seen!.value('lossRatio', at - 1)).toBe(0);
    expect(heard!.value('concealedRatio', at - 1)).toBe(0);
    expect(session.connections[0]!.samples.value('rttMs', 5)).toBeLessThan(100);
  });

  test('tells what happened', async () => {
    const { events } = await read(bytes);
    const states = events.flatMap((event) =>
      event.type === 'ice_state' && event.connectionId === 'PC_0' ? [event.state] : [],
    );
    expect(states).toEqual(['checking', 'connected']);
    expect(events.find(({ type }) => type === 'capture_failed')).toMatchObject({
      what: 'camera',
      name: 'OverconstrainedError',
    });
  });

  test('is the same in pieces of any size', async () => {
    expect(JSON.stringify(await read(bytes, 13))).toBe(JSON.stringify(await read(bytes, bytes.length)));
  });

  test('damaged anywhere, never throws', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 800, max: bytes.length - 1 }),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        async (at, noise) => {
          const damaged = Buffer.from(bytes);
          damaged.set(noise.subarray(0, damaged.length - at), at);
          await read(damaged, 20_000);
          await read(bytes.subarray(0, at), 20_000);
        },
      ),
      { numRuns: 6 },
    );
  });
});

test('statistics that did not change since are as they were, and those taken away are gone', async () => {
  const lines = [
    [
      'getstats',
      'PC_0',
      { a: { type: 'inbound-rtp', kind: 'audio', packetsReceived: 1, packetsLost: 0, timestamp: 0 }, timestamp: 1_000 },
      1_000,
    ],
    ['getstats', 'PC_0', { timestamp: 2_000 }, 2_000],
    ['getstats', 'PC_0', { a: { packetsLost: 5, timestamp: 0 }, timestamp: 3_000 }, 3_000],
    ['getstats', 'PC_0', { a: null, timestamp: 4_000 }, 4_000],
  ];
  const { tracks } = await read(text(lines.map((line) => JSON.stringify(line)).join('\n')));
  expect(tracks).toHaveLength(1);
  const { samples } = tracks[0]!;
  expect(
    [0, 1].map((index) => [samples.atMs(index), samples.value('packets', index), samples.value('lossRatio', index)]),
  ).toEqual([
    [2_000, 0, null],
    [3_000, 0, 1],
  ]);
  expect(samples.length).toBe(2);
});

test('lines that are none are told by their numbers, and the others kept', async () => {
  const { problems, events } = await read(
    text(
      '["create","PC_0",null,1]\nnoise\n7\n["oniceconnectionstatechange","PC_0","failed",2]\n["x","PC_0",null,"later"]\n["close",null,1001]\n',
    ),
  );
  expect(problems).toEqual([
    { code: 'malformed', place: 'line 2' },
    { code: 'unknown_record', place: 'line 3' },
    { code: 'unknown_record', place: 'line 5' },
  ]);
  expect(events).toMatchObject([{ type: 'ice_state', state: 'failed' }]);
});

test('an instant that no date reaches is none', async () => {
  const session = await read(text('["create","PC_0",null,1]\n["oniceconnectionstatechange","PC_0","failed",1e18]\n'));
  expect(session.events).toEqual([]);
  expect(() => diagnose(session, 'en')).not.toThrow();
});

test.each(['close', '36'])('a connection given up by %s is not one that found no way', async (close) => {
  const T = Date.UTC(2026, 4, 14);
  const pair = (second: number) => [
    'getstats',
    'PC_0',
    { p: { type: 'candidate-pair', state: 'succeeded', nominated: true, currentRoundTripTime: 0.02, timestamp: 0 } },
    null,
    T + second * 1_000,
  ];
  const lines = [
    ['create', 'PC_0', null, T],
    ['create', 'PC_1', null, T],
    ['oniceconnectionstatechange', 'PC_0', 'connected', T + 900],
    ['oniceconnectionstatechange', 'PC_1', 'checking', T + 1_000],
    [close, 'PC_1', null, T + 3_000],
    ...Array.from({ length: 40 }, (_, second) => pair(second + 4)),
  ];
  const session = await read(text(lines.map((line) => JSON.stringify(line)).join('\n')));
  expect(session.events).toContainEqual(
    expect.objectContaining({ type: 'connection_state', connectionId: 'PC_1', state: 'closed' }),
  );
  expect(diagnose(session, 'en').findings.map(({ rule }) => rule)).toEqual([]);
});

test('a document’s names cannot reach our own objects', async () => {
  await read(
    text(
      '{"peerConnections":{"a":[{"type":"create","value":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}},"time":1}]}}',
    ),
  );
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});
