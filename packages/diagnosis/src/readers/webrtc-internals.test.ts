import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Session } from '../model/session.ts';
import { pieces } from '../testing.ts';
import { readSessions } from './read-sessions.ts';

/** Twenty seconds of two connections of one page, as Chromium 156 saved them. */
const PACKED = readFileSync(new URL('./fixtures/chromium-156-short-call.json.gz', import.meta.url));
const DUMP = gunzipSync(PACKED);

async function read(bytes: Uint8Array, size?: number): Promise<Session> {
  for await (const { session } of readSessions('dump', pieces(bytes, size))) return session;
  throw new Error('nothing was read');
}

describe('a dump of today’s Chromium', () => {
  test('tells connections, streams in their directions, and how they went', async () => {
    const session = await read(PACKED);
    expect(session.clock).toBe('wall');
    expect(session.problems).toEqual([]);
    expect(session.connections.map(({ id, iceServers }) => [id, iceServers])).toEqual([
      ['9-1', ['stun:127.0.0.1:9']],
      ['9-2', []],
    ]);
    expect(session.tracks.map(({ direction, kind, mimeType, mid }) => [direction, kind, mimeType, mid])).toEqual([
      ['send', 'audio', 'audio/opus', '0'],
      ['send', 'video', 'video/VP8', '1'],
      ['receive', 'audio', 'audio/opus', '0'],
      ['receive', 'video', 'video/VP8', '1'],
    ]);
    const [, sent, heard, seen] = session.tracks.map(({ samples }) => samples);
    const at = sent!.length - 2;
    expect(sent!.value('framesPerSecond', at)).toBeCloseTo(20, 0);
    expect(sent!.value('sourceFramesPerSecond', at)).toBeCloseTo(20, 0);
    expect(sent!.value('widthPx', at)).toBe(640);
    expect(sent!.value('remoteRttMs', at)).toBeLessThan(50);
    expect(seen!.value('lossRatio', at)).toBe(0);
    expect(seen!.value('bitrateBps', at)).toBeGreaterThan(100_000);
    expect(heard!.value('concealedRatio', at)).toBe(0);
    expect(session.connections[0]!.samples.value('rttMs', 5)).toBeLessThan(50);
  });

  test('tells what happened, in order', async () => {
    const { events } = await read(PACKED);
    const ofFirst = events.filter((event) => 'connectionId' in event && event.connectionId === '9-1');
    expect(ofFirst.flatMap((event) => (event.type === 'ice_state' ? [event.state] : []))).toEqual([
      'checking',
      'connected',
    ]);
    expect(ofFirst.filter(({ type }) => type === 'pair_selected')).toHaveLength(1);
    expect(events.find(({ type }) => type === 'capture_failed')).toMatchObject({
      what: 'camera',
      name: 'OverconstrainedError',
    });
    expect(events.find(({ type }) => type === 'capture_started')).toMatchObject({ what: 'camera' });
  });

  test('is the same in pieces of any size', async () => {
    const whole = await read(DUMP, DUMP.length);
    for (const size of [7, 4_096]) expect(JSON.stringify(await read(DUMP, size))).toBe(JSON.stringify(whole));
  });
});

describe('a dump that is not whole', () => {
  test('cut anywhere, keeps what was before', async () => {
    const cut = await read(DUMP.subarray(0, Math.floor(DUMP.length * 0.9)));
    expect(cut.problems.map(({ code }) => code)).toEqual(['truncated']);
    expect(cut.tracks.length).toBeGreaterThan(2);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 400, max: DUMP.length - 2 }), async (length) => {
        const session = await read(DUMP.subarray(0, length), 50_000);
        expect(session.problems).toHaveLength(1);
      }),
      { numRuns: 10 },
    );
  });

  test('damaged anywhere, never throws', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 400, max: DUMP.length - 1 }),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        async (at, noise) => {
          const bytes = Buffer.from(DUMP);
          bytes.set(noise.subarray(0, bytes.length - at), at);
          await read(bytes, 50_000);
        },
      ),
      { numRuns: 10 },
    );
  });

  test('nested without end, is given up at a depth', async () => {
    const { problems } = await read(Buffer.from(`{"PeerConnections":${'{"a":'.repeat(100_000)}`));
    expect(problems.map(({ code }) => code)).toEqual(['too_deep']);
  });

  test('with values that are none, keeps the others', async () => {
    const stat = (values: string) =>
      `{"statsType":"inbound-rtp","startTime":"x","endTime":"2026-01-01T00:00:00Z","values":${values}}`;
    const stats = `"I-kind":${stat('"[\\"audio\\",\\"audio\\"]"')},"I-packetsReceived":${stat('"[1,"')},"I-timestamp":${stat('"[1795291080000,1795291081000]"')},"I-packetsLost":${stat('7')}`;
    const session = await read(
      Buffer.from(`{"PeerConnections":{"1":{"stats":{${stats}},"updateLog":[{"type":7},null,{"time":"never"}]}}}`),
    );
    expect(session.tracks).toHaveLength(1);
    expect(session.tracks[0]!.samples.length).toBe(1);
  });
});
