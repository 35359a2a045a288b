import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../rules/finding.ts';
import { RULES } from '../rules/index.ts';
import { findAll } from '../rules/rule.ts';
import { callOf, seconds } from '../testing.ts';
import { judge } from './verdict.ts';

const verdictOf = (call: Parameters<typeof callOf>[0]) => judge(callOf(call), RULES);
const shape = (call: Parameters<typeof callOf>[0]) =>
  verdictOf(call).causes.map(({ finding, effects }) => [finding.rule, effects.map(({ rule }) => rule).sort()]);

test('one cause, several effects', () => {
  expect(
    shape({
      tracks: [
        { rows: seconds(30, { lossRatio: 0.2, framesPerSecond: 6, freezeMs: 400, bitrateBps: 90_000 }) },
        { kind: 'audio', rows: seconds(30, { lossRatio: 0.2, concealedRatio: 0.1, silentConcealedRatio: 0 }) },
      ],
    }),
  ).toEqual([['packet-loss', ['choppy-audio', 'low-frame-rate', 'video-freeze']]]);
});

test('loss of what is received does not explain what is sent, nor what happened at another time', () => {
  const rows = [
    ...seconds(30, { lossRatio: 0.2, freezeMs: 0 }),
    ...seconds(30, { lossRatio: 0, freezeMs: 0 }),
    ...seconds(5, { lossRatio: 0, freezeMs: 500 }),
  ];
  expect(
    shape({ tracks: [{ rows }, { direction: 'send', rows: seconds(30, { framesPerSecond: 4 }) }] })
      .map(([rule]) => rule)
      .sort(),
  ).toEqual(['low-frame-rate', 'packet-loss', 'video-freeze']);
});

test('a slow processor explains the few frames it sends', () => {
  expect(
    shape({ tracks: [{ direction: 'send', rows: seconds(30, { framesPerSecond: 6, processorLimitedRatio: 1 }) }] }),
  ).toEqual([['processor-limited', ['low-frame-rate']]]);
});

test('what people notice most comes first', () => {
  const [first] = shape({
    connection: seconds(30, { rttMs: 320 }),
    tracks: [{ rows: seconds(30, { freezeMs: 600 }) }],
  });
  expect(first![0]).toBe('video-freeze');
});

test('too little says nothing; enough and good is healthy', () => {
  expect(verdictOf({ connection: seconds(3, { rttMs: 20 }) }).state).toBe('not_enough_data');
  expect(verdictOf({}).state).toBe('not_enough_data');
  expect(verdictOf({ connection: seconds(30, { rttMs: 20 }) }).state).toBe('healthy');
});

test('what is saved every so often is judged; where nothing can be, it is not called healthy', () => {
  const every = (step: number, count: number, lossRatio: number) => ({
    tracks: [
      {
        rows: Array.from({ length: step * count }, (_, second) =>
          second % step === 0 ? { lossRatio, packets: 60 * step, framesPerSecond: 25, bitrateBps: 800_000 } : null,
        ),
      },
    ],
  });
  for (const step of [10, 15, 20, 30, 60]) {
    expect(shape(every(step, 10, 0.2))).toEqual([['packet-loss', []]]);
    expect(verdictOf(every(step, 10, 0)).state).toBe('healthy');
  }
  for (const [step, count] of [
    [20, 7],
    [30, 5],
    [90, 20],
  ] as const)
    for (const lossRatio of [0, 0.2]) expect(verdictOf(every(step, count, lossRatio)).state).toBe('not_enough_data');
  expect(verdictOf(every(10, 4, 0)).state).toBe('healthy');
});

describe('across the ends of a call', () => {
  const sent = (rows: Record<string, number>, kind: 'audio' | 'video' = 'video') => ({
    direction: 'send' as const,
    kind,
    rows: seconds(30, rows),
  });

  test('a full uplink of one explains what the other receives: one cause, three effects', () => {
    const [first, ...others] = verdictOf({
      connection: seconds(30, { rttMs: 40 }),
      tracks: [sent({ bandwidthLimitedRatio: 1, framesPerSecond: 25, remoteLossRatio: 0.05 })],
      others: [
        {
          tracks: [{ rows: seconds(30, { lossRatio: 0.05, framesPerSecond: 7, freezeMs: 300, bitrateBps: 100_000 }) }],
        },
      ],
    }).causes;
    expect(others).toEqual([]);
    expect(first!.finding).toMatchObject({ rule: 'bandwidth-limited', subject: { participantId: 'p' } });
    const reached = first!.effects.map(({ rule, subject }) => `${subject.participantId} ${rule}`);
    expect(reached.sort()).toEqual(['p packet-loss', 'p1 low-frame-rate', 'p1 packet-loss', 'p1 video-freeze']);
  });

  test('one person’s downlink is nobody else’s fault', () => {
    const causes = verdictOf({
      tracks: [sent({ framesPerSecond: 25, remoteLossRatio: 0 }), { rows: seconds(30, { lossRatio: 0.1 }) }],
      others: [{ tracks: [{ rows: seconds(30, { lossRatio: 0.1 }) }] }],
    }).causes;
    expect(causes.map(({ finding }) => [finding.rule, finding.subject.participantId])).toEqual([
      ['packet-loss', 'p'],
      ['packet-loss', 'p1'],
    ]);
    expect(causes[1]!.finding.facts.where).toBe('lost-on-the-way-in');
  });

  test('of three people, only who receives the stream suffers from its sender', () => {
    const session = callOf({
      tracks: [sent({ remoteLossRatio: 0.1 })],
      others: [
        { tracks: [{ rows: seconds(30, { lossRatio: 0.1 }) }, sent({ remoteLossRatio: 0 })] },
        { tracks: [{ rows: seconds(30, { lossRatio: 0.1 }) }] },
      ],
    });
    for (const track of session.tracks) if (track.id === 't10') track.senderId = 'p';
    for (const track of session.tracks) if (track.id === 't20') track.senderId = 'p1';
    expect(judge(session, RULES).causes.map(({ finding }) => finding.subject.participantId)).toEqual(['p', 'p2']);
  });

  test('a path seen from both ends is told once', () => {
    const end = (direction: 'send' | 'receive') => ({
      connection: seconds(30, { rttMs: 400 }),
      tracks: [{ direction, ssrc: 7, rows: seconds(30, { bitrateBps: 500_000 }) }],
    });
    const { causes } = verdictOf({ ...end('send'), others: [end('receive')] });
    expect(causes.map(({ finding, repeats }) => [finding.rule, repeats.length])).toEqual([['high-rtt', 1]]);
  });

  test('what the media server sees of somebody’s way is that person’s', () => {
    const session = callOf({
      tracks: [sent({ remoteLossRatio: 0.1 })],
      others: [{ tracks: [{ rows: seconds(30, { lossRatio: 0.1 }) }] }],
    });
    for (const connection of session.connections) if (connection.id === 'c1') connection.peerId = 'p';
    for (const track of session.tracks) if (track.id === 't10') track.senderId = 'p';
    expect(judge(session, RULES).causes.map(({ repeats, effects }) => [repeats.length, effects.length])).toEqual([
      [1, 0],
    ]);
  });
});

test('where two causes explain the same as well, both are less sure and say so', () => {
  const row = { framesPerSecond: 6, bandwidthLimitedRatio: 1, processorLimitedRatio: 1 };
  const { causes } = verdictOf({ tracks: [{ direction: 'send', rows: seconds(30, row) }] });
  const [first] = causes;
  expect(first!.effects.map(({ rule }) => rule)).toContain('low-frame-rate');
  expect(first!.alternatives).toHaveLength(1);
  const alone = verdictOf({
    tracks: [{ direction: 'send', rows: seconds(30, { ...row, [otherOf(first!.finding.rule)]: 0 }) }],
  }).causes[0]!;
  expect(alone.alternatives).toEqual([]);
  expect(first!.finding.confidence).toBeLessThan(alone.finding.confidence);
});

const otherOf = (rule: string) => (rule === 'bandwidth-limited' ? 'processorLimitedRatio' : 'bandwidthLimitedRatio');

test('what a queue drops that is told of after it is no loss of its own: the narrow way comes first', () => {
  // A recorded call whose downlink took 120 kbit/s: the picture was given up at once, and the queue with it.
  const every2 = <T>(rows: T[]) => rows.flatMap((row) => [row, null]);
  const call = (rttsMs: number[]) => ({
    connection: every2([...seconds(5, 3), ...rttsMs, ...seconds(5, 12)].map((rttMs) => ({ rttMs }))),
    tracks: [
      {
        rows: every2([
          ...seconds(5, { lossRatio: 0, packets: 55, framesPerSecond: 15, heightPx: 270 }),
          { lossRatio: 0.115, packets: 46, framesPerSecond: 11, heightPx: 270 },
          { lossRatio: 0.162, packets: 31, framesPerSecond: 1, heightPx: 270 },
          ...seconds(6, { lossRatio: 0, packets: 12, framesPerSecond: 0, heightPx: 270 }),
        ]),
      },
    ],
    others: [
      {
        peer: 'p',
        tracks: [
          {
            direction: 'send' as const,
            rows: every2([
              ...seconds(5, { forwardedLayer: 1, wantedLayer: 1 }),
              ...seconds(8, { forwardedLayer: -1, wantedLayer: 1 }),
            ]),
          },
        ],
      },
    ],
  });
  expect(shape(call([8, 186, 186]))[0]![0]).toBe('downlink-limited');
  expect(shape(call([8, 9, 9]))[0]![0], 'without a queue').toBe('packet-loss');
});

describe('of whatever call', () => {
  const level = fc.constantFrom(0, 0.01, 0.05, 0.3);
  const row = fc.record({
    lossRatio: level,
    remoteLossRatio: level,
    jitterMs: fc.constantFrom(3, 80),
    framesPerSecond: fc.constantFrom(3, 25),
    freezeMs: fc.constantFrom(0, 600),
    bandwidthLimitedRatio: fc.constantFrom(0, 1),
    processorLimitedRatio: fc.constantFrom(0, 1),
    concealedRatio: level,
    silentConcealedRatio: level,
    bitrateBps: fc.constant(200_000),
  });
  const stretches = <T>(of: fc.Arbitrary<T>) =>
    fc
      .array(fc.tuple(fc.integer({ min: 1, max: 20 }), of), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.flatMap(([count, value]) => seconds(count, value)));
  const tracks = fc.array(
    fc.record({
      direction: fc.constantFrom('send' as const, 'receive' as const),
      kind: fc.constantFrom('audio' as const, 'video' as const),
      rows: stretches(row),
    }),
    { maxLength: 3 },
  );
  const connection = stretches(
    fc.record({ rttMs: fc.constantFrom(30, 200, 900), receivedBps: fc.constantFrom(0, 500_000) }),
  );
  const person = fc.record({ tracks, connection });
  const call = fc.tuple(person, fc.array(person, { maxLength: 2 })).map(([first, others]) => ({ ...first, others }));
  const all = ({ causes }: ReturnType<typeof judge>) =>
    causes.flatMap(({ finding, repeats, effects }) => [finding, ...repeats, ...effects]);
  const told = ({ rule, subject, fromMs, toMs }: Finding) => JSON.stringify([rule, subject, fromMs, toMs]);

  test('every finding is told exactly once', () => {
    fc.assert(
      fc.property(call, (parts) => {
        const session = callOf(parts);
        expect(all(judge(session, RULES)).map(told).sort()).toEqual(findAll(RULES, session).map(told).sort());
      }),
      { numRuns: 100 },
    );
  });

  test('the order of the rules changes nothing', () => {
    fc.assert(
      fc.property(call, fc.shuffledSubarray([...RULES], { minLength: RULES.length }), (parts, shuffled) => {
        const session = callOf(parts);
        expect(judge(session, shuffled)).toEqual(judge(session, RULES));
      }),
      { numRuns: 60 },
    );
  });

  test('a call within healthy bounds has no finding', () => {
    const from = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    const healthy = (direction: 'send' | 'receive', kind: 'audio' | 'video') =>
      fc
        .array(
          fc.record({
            lossRatio: from(0, 0.012),
            remoteLossRatio: from(0, 0.012),
            jitterMs: from(0, 25),
            remoteJitterMs: from(0, 25),
            framesPerSecond: from(20, 31),
            freezeMs: fc.constant(0),
            concealedRatio: from(0, 0.008),
            silentConcealedRatio: from(0, 0.5),
            audioLevel: from(0.01, 0.4),
            bandwidthLimitedRatio: from(0, 0.15),
            processorLimitedRatio: from(0, 0.15),
            bitrateBps: from(200_000, 1_500_000),
            packets: fc.integer({ min: 40, max: 200 }),
            heightPx: fc.constant(720),
            widthPx: fc.constant(1_280),
          }),
          { minLength: 30, maxLength: 60 },
        )
        .map((rows) => ({ direction, kind, rows }));
    const connections = fc.array(
      fc.record({
        rttMs: from(20, 90),
        sentBps: from(300_000, 1_500_000),
        receivedBps: from(300_000, 1_500_000),
        availableOutgoingBps: from(1_500_000, 3_000_000),
        checksSent: fc.constant(1),
        checksAnswered: fc.constant(1),
      }),
      { minLength: 30, maxLength: 60 },
    );
    const calls = fc.record({
      connection: connections,
      tracks: fc.tuple(
        healthy('send', 'audio'),
        healthy('send', 'video'),
        healthy('receive', 'audio'),
        healthy('receive', 'video'),
      ),
    });
    fc.assert(
      fc.property(calls, (parts) => {
        expect(findAll(RULES, callOf(parts)).map(told)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
