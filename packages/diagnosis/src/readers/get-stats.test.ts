import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Session } from '../model/session.ts';
import { pieces, T0 } from '../testing.ts';
import { readSessions } from './read-sessions.ts';

async function read(document: unknown, size = 1_000): Promise<Session> {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  for await (const { session } of readSessions('stats.json', pieces(new TextEncoder().encode(text), size)))
    return session;
  throw new Error('nothing was read');
}

type Report = Record<string, unknown>[];

/** As today’s browsers give it. */
const report = (second: number): Report =>
  [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P', dtlsState: 'connected' },
    {
      id: 'P',
      type: 'candidate-pair',
      transportId: 'T',
      localCandidateId: 'L',
      remoteCandidateId: 'R',
      state: 'succeeded',
      currentRoundTripTime: 0.05,
    },
    { id: 'L', type: 'local-candidate', candidateType: 'host', protocol: 'udp', address: '10.0.0.1', port: 1 },
    { id: 'R', type: 'remote-candidate', candidateType: 'relay', protocol: 'udp', address: '203.0.113.1', port: 2 },
    {
      id: 'I',
      type: 'inbound-rtp',
      kind: 'video',
      ssrc: 7,
      packetsReceived: second * 100,
      packetsLost: second * 10,
      framesDecoded: second * 25,
      bytesReceived: second * 1_000,
    },
  ].map((stat) => ({ ...stat, timestamp: T0 + second * 1_000 }));
const SECONDS = [0, 1, 2, 3, 4, 5];

function check(session: Session, connections = ['connection']): void {
  expect(session.problems).toEqual([]);
  expect(session.format).toBe('get_stats');
  expect(session.connections.map(({ id }) => id)).toEqual(connections);
  for (const { samples } of session.connections) {
    expect(samples.length).toBe(5);
    expect(samples.value('rttMs', 2)).toBe(50);
  }
  for (const { samples } of session.tracks) {
    expect(samples.atMs(0)).toBe(T0 + 1_000);
    expect(samples.value('lossRatio', 3)).toBeCloseTo(1 / 11);
    expect(samples.value('framesPerSecond', 3)).toBe(25);
  }
  expect(session.events.filter(({ type }) => type === 'pair_selected')).toHaveLength(connections.length);
}

const asMap = (stats: Report) => Object.fromEntries(stats.map(({ id, ...stat }) => [id, stat]));
const asPairs = (stats: Report) => stats.map((stat) => [stat.id, stat]);

describe('reports of getStats() in whatever form', () => {
  test.each<[string, unknown]>([
    ['a list of lists', SECONDS.map(report)],
    ['a list of maps without ids in them', SECONDS.map((second) => asMap(report(second)))],
    ['a list of lists of pairs', SECONDS.map((second) => asPairs(report(second)))],
    ['one list of all', SECONDS.flatMap(report)],
    [
      'wrapped, with the time of the wrapper',
      { userAgent: 'x', snapshots: SECONDS.map((second) => ({ stats: report(second), time: T0 + second })) },
    ],
    ['a line each', SECONDS.map((second) => JSON.stringify({ at: T0, report: report(second) })).join('\n')],
    [
      'in seconds',
      SECONDS.map((second) => report(second).map((stat) => ({ ...stat, timestamp: T0 / 1_000 + second }))),
    ],
    [
      'in microseconds, with members apart',
      SECONDS.map((second) =>
        report(second).map(({ id, type, timestamp, ...members }) => ({
          id,
          type,
          timestampUs: Number(timestamp) * 1_000,
          members,
        })),
      ),
    ],
    [
      'in words',
      SECONDS.map((second) =>
        report(second).map((stat) => ({ ...stat, timestamp: new Date(Number(stat.timestamp)).toISOString() })),
      ),
    ],
  ])('%s', async (_, document) => {
    check(await read(document));
    if (typeof document !== 'string') check(await read(JSON.stringify(document, null, 2), 7));
  });

  test('several connections, by name or by place', async () => {
    check(await read({ one: SECONDS.map(report), two: SECONDS.map((second) => asMap(report(second))) }), [
      'one',
      'two',
    ]);
    const lines = SECONDS.flatMap((second) => ['a', 'b'].map((pc) => JSON.stringify({ stats: report(second), pc })));
    check(await read(lines.join('\n')), ['a', 'b']);
  });

  test('lines of a log between them are kept', async () => {
    const lines = SECONDS.map((second) => JSON.stringify(report(second)));
    lines.splice(2, 0, JSON.stringify({ time: T0, level: 'error', msg: 'ICE connection state failed' }));
    const session = await read(lines.join('\n'));
    expect(session.logs.map(({ level }) => level)).toEqual(['error']);
    expect(session.events.some((event) => event.type === 'ice_state' && event.state === 'failed')).toBe(true);
  });
});

describe('browsers of other ages', () => {
  const frames = (stats: (second: number) => Report) =>
    SECONDS.map((second) => stats(second).map((stat) => ({ timestamp: T0 + second * 1_000, ...stat })));

  test('Firefox before 66: the other end as a stream of its own, no frames counted, nothing nominated', async () => {
    const session = await read(
      frames((second) => [
        {
          id: 'out',
          type: 'outboundrtp',
          mediaType: 'video',
          ssrc: '9',
          isRemote: false,
          remoteId: 'rtcp',
          packetsSent: second * 10,
          bytesSent: second * 125_000,
          framerateMean: 24.5,
          droppedFrames: 0,
        },
        {
          id: 'rtcp',
          type: 'inboundrtp',
          mediaType: 'video',
          isRemote: true,
          remoteId: 'out',
          mozRtt: 90,
          jitter: 0.02,
          packetsLost: 0,
        },
        { id: 'P', type: 'candidatepair', localCandidateId: 'L', remoteCandidateId: 'R', state: 'succeeded' },
        {
          id: 'L',
          type: 'localcandidate',
          candidateType: 'serverreflexive',
          ipAddress: '203.0.113.5',
          portNumber: 9,
          transport: 'udp',
        },
        {
          id: 'R',
          type: 'remotecandidate',
          candidateType: 'relayed',
          ipAddress: '203.0.113.6',
          portNumber: 8,
          transport: 'udp',
        },
      ]),
    );
    const [sent] = session.tracks;
    expect(sent).toMatchObject({ direction: 'send', kind: 'video', ssrc: 9 });
    expect(session.tracks).toHaveLength(1);
    expect(
      ['framesPerSecond', 'bitrateBps', 'remoteRttMs', 'remoteJitterMs'].map((field) =>
        sent!.samples.value(field as never, 2),
      ),
    ).toEqual([24.5, 1e6, 90, 20]);
    expect(session.events.find(({ type }) => type === 'pair_selected')).toMatchObject({
      local: { type: 'srflx', address: '203.0.113.5', port: 9, protocol: 'udp' },
      remote: { type: 'relay' },
    });
  });

  test('the callback form: everything is text', async () => {
    const session = await read(
      frames((second) => [
        {
          id: 'ssrc_5_recv',
          type: 'ssrc',
          ssrc: '5',
          mediaType: 'video',
          packetsReceived: String(second * 100),
          packetsLost: String(second * 10),
          googFrameRateDecoded: '20',
          bytesReceived: String(second),
        },
      ]),
    );
    expect(session.tracks[0]!.samples.value('lossRatio', 2)).toBeCloseTo(1 / 11);
    expect(session.tracks[0]!.samples.value('framesPerSecond', 2)).toBeCloseTo(20);
  });
});

test('values of any type anywhere, never throws; cut anywhere, keeps what was before', async () => {
  const odd = fc.oneof(
    fc.constant('inbound-rtp'),
    fc.constant('members'),
    fc.integer(),
    fc.constant(null),
    fc.string({ maxLength: 5 }),
    fc.constant({ values: [{ a: 1 }] }),
    fc.constant([[]]),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(
        fc.constantFrom('id', 'type', 'timestamp', 'kind', 'members', 'values', 'pc', 'localCandidateId', '__proto__'),
        odd,
        { maxKeys: 8 },
      ),
      odd,
      async (stat, more) => {
        await read([{ type: 'transport', id: 'T', timestamp: 1 }, stat, [more, stat], { a: stat, b: [stat, more] }]);
      },
    ),
    { numRuns: 200 },
  );
  const whole = JSON.stringify(SECONDS.map(report));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 60, max: whole.length - 1 }), async (length) => {
      expect((await read(whole.slice(0, length), 64)).problems.map(({ code }) => code)).toEqual(['truncated']);
    }),
    { numRuns: 30 },
  );
});
