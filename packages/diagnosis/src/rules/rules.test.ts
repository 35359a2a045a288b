import { describe, expect, test } from 'vitest';
import type { TrackField } from '../model/fields.ts';
import { callOf, seconds, T0 } from '../testing.ts';
import type { Finding } from './finding.ts';
import { RULES } from './index.ts';
import { findAll } from './rule.ts';

type Call = Parameters<typeof callOf>[0];
type Row = Partial<Record<TrackField, number>>;

const found = (call: Call): Finding[] => findAll(RULES, callOf(call));
const ids = (call: Call) => found(call).map(({ rule }) => rule);
const video = (
  rows: (Row | null)[],
  direction: 'send' | 'receive' = 'receive',
  source: 'camera' | 'screen' = 'camera',
): Call => ({
  tracks: [{ kind: 'video', direction, source, rows }],
});
const audio = (rows: (Row | null)[], direction: 'send' | 'receive' = 'receive'): Call => ({
  tracks: [{ kind: 'audio', source: 'microphone' as never, direction, rows }],
});

/** Of each rule a call that has the fault, and one just short of it. */
const CASES: [rule: string, faulty: Call, borderline: Call][] = [
  ['packet-loss', video(seconds(20, { lossRatio: 0.05 })), video(seconds(20, { lossRatio: 0.029 }))],
  [
    'packet-loss',
    audio(seconds(20, { remoteLossRatio: 0.05 }), 'send'),
    audio(seconds(20, { remoteLossRatio: 0.029 }), 'send'),
  ],
  ['high-rtt', { connection: seconds(20, { rttMs: 400 }) }, { connection: seconds(20, { rttMs: 299 }) }],
  ['high-jitter', audio(seconds(20, { jitterMs: 80 })), audio(seconds(20, { jitterMs: 49 }))],
  [
    'bandwidth-limited',
    video(seconds(20, { bandwidthLimitedRatio: 0.9 }), 'send'),
    // Every call begins with a climb.
    video([...seconds(7, { bandwidthLimitedRatio: 1 }), ...seconds(20, { bandwidthLimitedRatio: 0 })], 'send'),
  ],
  [
    'processor-limited',
    video(seconds(20, { processorLimitedRatio: 0.9 }), 'send'),
    video(seconds(20, { processorLimitedRatio: 0.45 }), 'send'),
  ],
  [
    'choppy-audio',
    audio(seconds(20, { concealedRatio: 0.08, silentConcealedRatio: 0.01 })),
    // Nearly all of what was concealed was silence.
    audio(seconds(20, { concealedRatio: 0.005, silentConcealedRatio: 0.6 })),
  ],
  [
    'silent-microphone',
    audio(seconds(30, { audioLevel: 0, bitrateBps: 20_000 }), 'send'),
    audio(seconds(30, { audioLevel: 0.001, bitrateBps: 20_000 }), 'send'),
  ],
  [
    'video-freeze',
    video([...seconds(5, { freezeMs: 0 }), { freezeMs: 700 }, ...seconds(5, { freezeMs: 0 })]),
    video([...seconds(5, { freezeMs: 0 }), { freezeMs: 350 }, ...seconds(5, { freezeMs: 0 })]),
  ],
  [
    'low-frame-rate',
    video(seconds(20, { framesPerSecond: 7, bitrateBps: 300_000 })),
    video(seconds(20, { framesPerSecond: 13, bitrateBps: 300_000 })),
  ],
  [
    'transport-stall',
    { connection: [...seconds(5, { receivedBps: 9_000 }), ...seconds(9, { receivedBps: 0 })], tracks: [{ rows: [] }] },
    {
      connection: [...seconds(5, { receivedBps: 9_000 }), ...seconds(3, { receivedBps: 0 }), { receivedBps: 9_000 }],
      tracks: [{ rows: [] }],
    },
  ],
  [
    'ice-failed',
    {
      events: [
        { type: 'ice_state', second: 1, state: 'checking' },
        { type: 'ice_state', second: 20, state: 'failed' },
      ],
    },
    {
      events: [
        { type: 'ice_state', second: 1, state: 'checking' },
        { type: 'ice_state', second: 20, state: 'disconnected' },
      ],
    },
  ],
  [
    'relay-tcp',
    { events: [{ type: 'pair_selected', second: 1, local: candidate({ relayProtocol: 'tls' }), remote: candidate() }] },
    { events: [{ type: 'pair_selected', second: 1, local: candidate({ relayProtocol: 'udp' }), remote: candidate() }] },
  ],
  ['permission-denied', captureFailed('NotAllowedError'), captureFailed('NotReadableError')],
  ['device-in-use', captureFailed('NotReadableError'), captureFailed('NotFoundError')],
  ['device-missing', captureFailed('NotFoundError'), captureFailed('OverconstrainedError')],
  ['device-unsuitable', captureFailed('OverconstrainedError'), captureFailed('NotAllowedError')],
];

function candidate(more: object = {}) {
  return {
    type: 'relay',
    protocol: 'udp',
    relayProtocol: null,
    address: null,
    port: null,
    url: null,
    networkType: null,
    ...more,
  };
}
function captureFailed(name: string): Call {
  return { events: [{ type: 'capture_failed', second: 1, what: 'camera', name, text: '' }] };
}

describe.each(CASES)('%s', (rule, faulty, borderline) => {
  test('is found where it is, and not just short of it', () => {
    expect(ids(faulty)).toContain(rule);
    expect(ids(borderline)).not.toContain(rule);
  });
});

test('every rule has a case', () => {
  expect([...new Set(CASES.map(([rule]) => rule))].sort()).toEqual(RULES.map(({ id }) => id).sort());
});

test('no rule finds anything in a good call', () => {
  expect(
    ids({
      connection: seconds(60, { rttMs: 40, receivedBps: 900_000, sentBps: 900_000 }),
      tracks: [
        { rows: seconds(60, { lossRatio: 0, jitterMs: 4, framesPerSecond: 25, freezeMs: 0, bitrateBps: 800_000 }) },
        {
          kind: 'audio',
          rows: seconds(60, { lossRatio: 0.01, jitterMs: 6, concealedRatio: 0.001, silentConcealedRatio: 0.3 }),
        },
        {
          kind: 'audio',
          direction: 'send',
          rows: seconds(60, { audioLevel: 0.02, remoteLossRatio: 0, bitrateBps: 24_000 }),
        },
        {
          direction: 'send',
          rows: seconds(60, { framesPerSecond: 25, processorLimitedRatio: 0, bandwidthLimitedRatio: 0 }),
        },
      ],
    }),
  ).toEqual([]);
});

describe('what is no fault', () => {
  test('muted, silence is meant', () => {
    const call = audio(seconds(40, { audioLevel: 0, bitrateBps: 1_000 }), 'send');
    expect(ids({ ...call, events: [{ type: 'track_enabled', second: 0, trackId: 't0', enabled: false }] })).toEqual([]);
  });

  test('in the background, a picture is not drawn', () => {
    const call = video(seconds(40, { framesPerSecond: 1, bitrateBps: 300_000, freezeMs: 900 }));
    expect(ids({ ...call, events: [{ type: 'page_visible', second: 0, visible: false }] })).toEqual([]);
  });

  test('a layer that is off sends nothing', () => {
    expect(ids(video(seconds(40, { active: 0, framesPerSecond: 0, bitrateBps: 0 }), 'send'))).toEqual([]);
  });

  test('a screen that stands still has no frames', () => {
    expect(ids(video(seconds(40, { framesPerSecond: 0.5, bitrateBps: 10_000 }), 'receive', 'screen'))).toEqual([]);
  });
});

test('a finding tells when, how bad, and by which numbers', () => {
  const [finding] = found(
    video([...seconds(10, { lossRatio: 0 }), ...seconds(10, { lossRatio: 0.25 }), ...seconds(10, { lossRatio: 0 })]),
  );
  expect(finding).toMatchObject({
    rule: 'packet-loss',
    severity: 'critical',
    fromMs: T0 + 9_000,
    toMs: T0 + 19_000,
    subject: { participantId: 'p', trackId: 't0', direction: 'receive', kind: 'video' },
    evidence: [{ measure: 'lossRatio', value: 0.25, worst: 0.25, threshold: 0.03, trouble: 'above' }],
  });
});
