import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Session } from '../model/session.ts';
import { pieces } from '../testing.ts';
import { diagnose } from '../verdict/report.ts';
import { readSessions } from './read-sessions.ts';

/** What “Copy Report” of Firefox 153 (ESR) gave of one end of a call that goes on, of one whose ICE failed, and of a lost one. */
const copied = (name: string): string =>
  gunzipSync(readFileSync(new URL(`./fixtures/about-webrtc-153-${name}.json.gz`, import.meta.url))).toString();

async function read(text: string, size?: number): Promise<Session> {
  for await (const { session } of readSessions('report.json', pieces(new TextEncoder().encode(text), size)))
    return session;
  throw new Error('nothing was read');
}

describe('one report', () => {
  test('of a call that goes on', async () => {
    const session = await read(copied('report'));
    expect(session).toMatchObject({ format: 'about_webrtc', problems: [] });
    expect(session.connections).toMatchObject([
      { id: '{6ea2415c-0bec-4f41-9873-387ed53ee7a1}', url: 'http://127.0.0.1:42991/room/42?name=%E5%BC%A0' },
    ]);
    expect(
      session.tracks.map(({ direction, kind, mimeType, samples }) => [direction, kind, mimeType, samples.length]),
    ).toEqual([
      ['receive', 'audio', 'audio/opus', 1],
      ['receive', 'video', 'video/VP8', 1],
      ['send', 'audio', 'audio/opus', 1],
    ]);
    const seen = session.tracks[1]!.samples;
    expect([seen.value('packets', 0), seen.value('lossRatio', 0), seen.value('widthPx', 0)]).toEqual([401, 0, 640]);
    expect(session.connections[0]!.samples.value('availableOutgoingBps', 0)).toBe(18_214 * 8);
    expect(session.events.filter(({ type }) => type === 'pair_selected')).toHaveLength(1);
    expect(diagnose(session, 'en').verdict).toEqual({ state: 'not_enough_data', causes: [] });
  });

  test('where ICE failed Firefox says that DTLS did: it never began', async () => {
    const session = await read(copied('report-failed'));
    expect(session.events.filter(({ type }) => type === 'dtls_state')).toEqual([]);
    expect(diagnose(session, 'en').findings.map(({ rule }) => rule)).toEqual(['host-only', 'ice-failed']);
  });

  test('nor did it where the connection was lost', async () => {
    const session = await read(copied('report-lost'));
    const states = session.events.flatMap((event) => (event.type === 'ice_state' ? [event.state] : []));
    expect(states).toEqual(['checking', 'connected', 'failed']);
    expect(diagnose(session, 'en').findings.map(({ rule }) => rule)).toEqual(['ice-failed']);
  });

  test('is the same in pieces of any size', async () => {
    expect(JSON.stringify(await read(copied('report'), 13))).toBe(JSON.stringify(await read(copied('report'), 1e6)));
  });

  test('the statistics of one section alone repeat codecs in streams, at the same moment', async () => {
    const { inboundRtpStreamStats } = JSON.parse(copied('report'));
    expect(inboundRtpStreamStats[0].codecStat.id).toBe(inboundRtpStreamStats[0].codecId);
    const later = JSON.parse(JSON.stringify(inboundRtpStreamStats).replaceAll('17953493457', '17953493467'));
    const session = await read(JSON.stringify([inboundRtpStreamStats, later]));
    expect(session).toMatchObject({ format: 'get_stats', problems: [] });
    expect(session.tracks.map(({ samples }) => samples.length)).toEqual([1, 1]);
  });
});

test('a history has a sample for each report but the first', async () => {
  const first = JSON.parse(copied('report'));
  const reports = [0, 1, 2].map((second) => {
    const text = JSON.stringify(first).replaceAll(
      /"timestamp":(\d{13})/g,
      (_, atMs) => `"timestamp":${Number(atMs) + second * 1_000}`,
    );
    return JSON.parse(
      text.replaceAll(/"packetsReceived":(\d+)/g, (__, count) => `"packetsReceived":${Number(count) + second * 50}`),
    );
  });
  const { pcid, sdpHistory } = first;
  const session = await read(
    JSON.stringify({
      reports: reports.map((one) => ({
        ...one,
        sdpHistory: [],
        configuration: { iceServers: [{ urls: ['turn:t.example.com'], credentialProvided: true }] },
      })),
      sdpHistories: [{ pcid, sdpHistory }],
    }),
  );
  expect(session.problems).toEqual([]);
  expect(session.tracks.map(({ samples }) => samples.length)).toEqual([2, 2, 2]);
  expect(session.tracks[0]!.samples.value('packets', 1)).toBe(50);
  expect(session.connections).toMatchObject([{ iceServers: ['turn:t.example.com'] }]);
  expect(session.events.find(({ type }) => type === 'ice_state')).toMatchObject({
    state: 'checking',
    atMs: Math.max(...sdpHistory.map(({ timestamp }: { timestamp: number }) => timestamp)),
  });
});

test('cut anywhere, what was before is kept and the place is told', async () => {
  const text = copied('report');
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 100, max: text.length - 1 }), async (length) => {
      const { problems } = await read(text.slice(0, length), 20_000);
      expect(problems[0]).toMatchObject({ code: 'truncated', place: expect.stringMatching(/^\//) });
    }),
    { numRuns: 30 },
  );
});

test('values of any type anywhere, never throws', async () => {
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('failed', '{a} 1', 1795349345734, [[]], [{ id: 'a', type: 'transport' }]),
  );
  const names = [
    'pcid',
    'timestamp',
    'closed',
    'configuration',
    'sdpHistory',
    'videoFrameHistories',
    'rawLocalCandidates',
    'iceCandidatePairStats',
    'iceCandidateStats',
    'outboundRtpStreamStats',
    'transportStats',
    '__proto__',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.constantFrom(...names), odd, { maxKeys: 8 }),
      fc.boolean(),
      async (report, isHistory) => {
        const whole = { bandwidthEstimations: [report], inboundRtpStreamStats: [], ...report };
        await read(JSON.stringify(isHistory ? { reports: [whole, 7, report], sdpHistories: [report] } : whole));
      },
    ),
    { numRuns: 200 },
  );
  expect(({} as { id?: string }).id).toBeUndefined();
});
