import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { TrackField } from '../model/fields.ts';
import type { Session, Track } from '../model/session.ts';
import { SessionBuilder } from '../model/session-builder.ts';
import { candidateOf, StatsIngest, type StatsIngestOptions } from './ingest.ts';
import type { Stat } from './reading.ts';

type Report = { atMs: number; stats: Stat[] };

/** Twelve seconds of a call to the browser itself, a report every 2 s, as `getStats()` gave them. */
function reportsOf(browser: 'chromium-156' | 'firefox-153'): Report[] {
  const packed = readFileSync(new URL(`./fixtures/${browser}-reports.json.gz`, import.meta.url));
  return JSON.parse(gunzipSync(packed).toString()).reports;
}

function sessionOf(reports: readonly Report[], options?: StatsIngestOptions): Session {
  const builder = new SessionBuilder('live');
  const ingest = new StatsIngest(builder, 'c', 'p', options);
  for (const { atMs, stats } of reports) ingest.report(atMs, stats);
  return builder.build();
}

const trackOf = ({ tracks }: Session, direction: Track['direction'], kind: Track['kind']) =>
  tracks.find((track) => track.direction === direction && track.kind === kind)!;

const meanOf = ({ samples }: Track, field: TrackField) => {
  const values = Array.from({ length: samples.length }, (_, index) => samples.value(field, index)).filter(
    (value) => value !== null,
  );
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
};

describe.each(['chromium-156', 'firefox-153'] as const)('%s', (browser) => {
  const reports = reportsOf(browser);
  const session = sessionOf(reports);

  test('tells sound and picture both ways, a sample for each report but the first of a stream', () => {
    expect(session.tracks).toHaveLength(4);
    for (const { samples } of session.tracks) expect(samples.length).toBeGreaterThanOrEqual(reports.length - 2);
  });

  test('tells how far apart sound and picture are, on one scale', () => {
    const seen = trackOf(session, 'receive', 'video');
    expect(Math.abs(meanOf(seen, 'soundLeadMs')!)).toBeLessThan(80);
    expect(meanOf(seen, 'playoutOffsetMs')!).toBeGreaterThan(-300);
    expect(meanOf(seen, 'playoutOffsetMs')!).toBeLessThan(0);
  });

  test('knows that both ends have one clock, and that sound keeps time', () => {
    const heard = trackOf(session, 'receive', 'audio');
    expect(Math.abs(meanOf(heard, 'remoteClockOffsetMs')!)).toBeLessThan(20);
    expect(meanOf(heard, 'soundTimeRatio')).toBeCloseTo(1, 1);
    expect(meanOf(heard, 'stretchedRatio')).toBeLessThan(0.08);
  });

  test('tells of what a picture is made', () => {
    const sent = trackOf(session, 'send', 'video');
    expect(meanOf(sent, 'sourceFramesPerSecond')).toBeGreaterThan(15);
    // Firefox gives nothing before the first picture, and what it was scaled to after.
    expect(meanOf(sent, 'sourceHeightPx')).toBeGreaterThan(100);
    expect(meanOf(sent, 'firs')).toBe(0);
  });

  test('says once that there is a picture, and of no change', () => {
    expect(session.events.filter(({ type }) => type === 'first_frame')).toHaveLength(2);
    expect(session.events.filter(({ type }) => type === 'implementation_changed')).toEqual([]);
  });

  test('in whatever order its statistics come', () => {
    const backwards = sessionOf(reports.map(({ atMs, stats }) => ({ atMs, stats: stats.toReversed() })));
    for (const { direction, kind } of session.tracks)
      for (const field of ['audioLevel', 'sourceFramesPerSecond', 'soundLeadMs', 'soundTimeRatio'] as const)
        expect(meanOf(trackOf(backwards, direction, kind), field)).toBe(
          meanOf(trackOf(session, direction, kind), field),
        );
  });
});

test('what the source tells belongs to the sample of its own instant', () => {
  const source = (energy: number, seconds: number) => ({
    id: 'S',
    type: 'media-source',
    kind: 'audio',
    totalAudioEnergy: energy,
    totalSamplesDuration: seconds,
  });
  const sent = (packetsSent: number) => ({
    id: 'O',
    type: 'outbound-rtp',
    kind: 'audio',
    mediaSourceId: 'S',
    packetsSent,
  });
  const readings = [
    [1_000, sent(0), source(0, 0)],
    [3_000, sent(100), source(0.5, 2)],
    [5_000, sent(200), source(0.5, 4)],
  ] as const;
  for (const isSourceFirst of [true, false]) {
    const builder = new SessionBuilder('live');
    const ingest = new StatsIngest(builder, 'c', 'p');
    for (const [atMs, stream, from] of readings)
      for (const stat of isSourceFirst ? [from, stream] : [stream, from]) ingest.add(atMs, stat);
    const { samples } = builder.build().tracks[0]!;
    expect([0, 1].map((index) => samples.value('audioLevel', index))).toEqual([0.5, 0]);
  }
});

describe('sound and picture', () => {
  const received = (id: string, kind: string, playedMs: number, packetsReceived: number) => ({
    id,
    type: 'inbound-rtp',
    kind,
    trackIdentifier: id,
    packetsReceived,
    estimatedPlayoutTimestamp: playedMs + 2_208_988_800_000,
  });
  const T0 = Date.UTC(2026, 4, 1);
  const call = (streams: [id: string, kind: string, lagMs: number][]) =>
    [0, 1, 2].map((step) => ({
      atMs: T0 + step * 2_000,
      stats: streams.map(([id, kind, lagMs]) => received(id, kind, T0 + step * 2_000 - lagMs, step * 100)),
    }));
  const leads = ({ tracks }: Session) =>
    tracks.filter(({ kind }) => kind === 'video').map((track) => meanOf(track, 'soundLeadMs'));

  test('the sound of one sender is ahead by what the picture waits longer', () => {
    expect(
      leads(
        sessionOf(
          call([
            ['a', 'audio', 100],
            ['v', 'video', 400],
          ]),
        ),
      ),
    ).toEqual([300]);
  });

  test('instants rounded to six digits tell nothing', () => {
    // As dumps of Chromium 86 have them: now and then the two are rounded to different ones.
    const rounded = (playedMs: number) => Math.round((playedMs + 2_208_988_800_000) / 1e7) * 1e7 - 2_208_988_800_000;
    const reports = [0, 1, 2].map((step) => ({
      atMs: T0 + step * 2_000,
      stats: [
        received('a', 'audio', rounded(T0 + step * 2_000), step * 100),
        received('v', 'video', rounded(T0 + step * 2_000), step * 100),
      ],
    }));
    expect(leads(sessionOf(reports))).toEqual([null]);
  });

  test('of several people only those are compared of whom it is told who they are', () => {
    const two: [string, string, number][] = [
      ['ann/a', 'audio', 100],
      ['ben/a', 'audio', 900],
      ['ann/v', 'video', 400],
    ];
    expect(leads(sessionOf(call(two)))).toEqual([null]);
    const senderOf = (stat: Stat) => String(stat.trackIdentifier).split('/')[0]!;
    expect(leads(sessionOf(call(two), { senderOf }))).toEqual([300]);
  });
});

test('says when hardware gives way to software', () => {
  const decoded = (atMs: number, decoderImplementation: string) => ({
    atMs,
    stats: [{ id: 'I', type: 'inbound-rtp', kind: 'video', framesDecoded: atMs, decoderImplementation }],
  });
  const { events } = sessionOf([
    decoded(0, 'unknown'),
    decoded(2_000, 'ExternalDecoder'),
    decoded(4_000, 'ExternalDecoder'),
    decoded(6_000, 'libvpx'),
  ]);
  expect(events.filter(({ type }) => type === 'implementation_changed')).toEqual([
    expect.objectContaining({ atMs: 6_000, before: 'ExternalDecoder', now: 'libvpx' }),
  ]);
});

test('DTLS that failed because ICE did is no fault of its own', () => {
  const transport = (more: object) => ({
    atMs: 0,
    stats: [{ id: 'T', type: 'transport', dtlsState: 'failed', ...more }],
  });
  const states = (more: object) =>
    sessionOf([transport(more)]).events.flatMap((event) => (event.type === 'dtls_state' ? [event.state] : []));
  // As Firefox 153 tells a call whose ICE failed, and one that was lost.
  expect(states({ iceState: 'closed' })).toEqual([]);
  expect(states({ iceState: 'closed', selectedCandidatePairId: 'P' })).toEqual([]);
  expect(states({ iceState: 'connected' })).toEqual(['failed']);
  expect(states({ iceState: 'disconnected', selectedCandidatePairId: 'P' })).toEqual(['failed']);
  expect(states({})).toEqual(['failed']);
});

test.each([
  ['turns:turn.example.com:443?transport=tcp', 'tls'],
  ['turns:turn.example.com', 'tls'],
  ['turn:turn.example.com:80?transport=tcp', 'tcp'],
  ['turn:turn.example.com:3478?transport=udp', 'udp'],
  ['turn:turn.example.com', 'udp'],
  [undefined, null],
])('a relay at %s is reached by %s where nothing else is told', (url, expected) => {
  const relay = { candidateType: 'relay', protocol: 'udp', url };
  expect(candidateOf(relay).relayProtocol).toBe(expected);
  expect(candidateOf({ ...relay, relayProtocol: 'tcp' }).relayProtocol).toBe('tcp');
  expect(candidateOf({ ...relay, candidateType: 'srflx' }).relayProtocol).toBe(null);
});

test('a level that was not measured is no level', () => {
  const heard = (audioLevel: number) =>
    sessionOf(
      [0, 2_000, 4_000].map((atMs) => ({
        atMs,
        stats: [{ id: 'I', type: 'inbound-rtp', kind: 'audio', packetsReceived: atMs, audioLevel }],
      })),
    );
  expect(meanOf(trackOf(heard(-1), 'receive', 'audio'), 'audioLevel')).toBe(null);
  expect(meanOf(trackOf(heard(0.25), 'receive', 'audio'), 'audioLevel')).toBe(0.25);
});
