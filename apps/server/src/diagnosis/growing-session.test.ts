import { encodeRows, SessionBuilder } from '@alongside/diagnosis';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrowingSession } from './growing-session.ts';
import { pack, unpack } from './packed-rows.ts';
import { clockOffsetOf, type StoredBatch } from './stored-batch.ts';

const T0 = Date.UTC(2026, 4, 14, 2);

/** Batches of ten seconds by a clock that is ahead, each on its way for 40 ms. */
function stay(name: string, count: number, clockAheadMs = 0, fromId = 0): StoredBatch[] {
  const builder = new SessionBuilder('live');
  const connection = builder.connection('c', 'p');
  const batches: StoredBatch[] = [];
  let afterMs = Number.NEGATIVE_INFINITY;
  for (let number = 0; number < count; number++) {
    for (let second = 2; second <= 10; second += 2) {
      const atMs = T0 + clockAheadMs + number * 10_000 + second * 1_000;
      connection.samples.append(atMs, { rttMs: number * 10 + second });
    }
    const { rows, upToMs } = encodeRows(builder.build(), 'p', afterMs)!;
    afterMs = upToMs;
    const receivedAtMs = upToMs - clockAheadMs + 40;
    batches.push({
      id: fromId + number,
      participantId: 'p',
      stay: name,
      number,
      receivedAtMs,
      receivedOffsetMs: receivedAtMs - upToMs,
      clockOffsetMs: null,
      ...pack({ rows, userAgent: null }),
    });
  }
  return batches;
}

const told = (growing: GrowingSession) =>
  growing
    .build(() => 'Cleo')
    .connections.map(({ id, samples }) => [
      id,
      Array.from({ length: samples.length }, (_, index) => [samples.atMs(index), samples.value('rttMs', index)]),
    ]);

test('in whatever order batches come, one by one and twice, the session is the same', () => {
  const all = [...stay('p one', 4, 7_200_000), ...stay('p two', 3, -500, 100)];
  const ordered = new GrowingSession(T0);
  ordered.add(all);
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), fc.nat(all.length - 1), (shuffled, repeated) => {
      const growing = new GrowingSession(T0);
      for (const batch of shuffled) expect(growing.add([batch])).toBe(true);
      expect(growing.add([shuffled[repeated]!])).toBe(false);
      expect(told(growing).sort()).toEqual(told(ordered).sort());
    }),
  );
});

test('a clock that is off is set right, to the time the way here takes', () => {
  const growing = new GrowingSession(T0);
  growing.add(stay('p one', 2, 7_200_000));
  expect(growing.build(() => null).fromMs).toBe(T0 + 2_040);
});

test('the least delayed batch knows best, and sets right what is there', () => {
  const growing = new GrowingSession(T0);
  const [first, second] = stay('p one', 2);
  growing.add([{ ...first!, receivedOffsetMs: 9_000, receivedAtMs: first!.receivedAtMs + 9_000 }]);
  expect(growing.build(() => null).fromMs).toBe(T0 + 11_000);
  growing.add([second!]);
  expect(growing.build(() => null).fromMs).toBe(T0 + 2_040);
});

test.each([
  ['what was said of our clock and what came from theirs: between', 100, 20, 60],
  ['nothing was said', 100, null, 100],
  ['what was said cannot be', 100, 200, 100],
  ['what was said is made up', 100, -90_000, 100],
])('%s', (_, receivedOffsetMs, clockOffsetMs, expected) => {
  expect(clockOffsetOf([{ receivedOffsetMs, clockOffsetMs }])).toBe(expected);
});

test('what lies before the call, or in the future, is left out', () => {
  const [batch] = stay('p one', 1);
  const growing = new GrowingSession(T0 + 5_000);
  growing.add([{ ...batch!, receivedAtMs: T0 + 3_000, receivedOffsetMs: 0 }]);
  expect(told(growing)).toEqual([
    [
      'p one c',
      [
        [T0 + 6_000, 6],
        [T0 + 8_000, 8],
      ],
    ],
  ]);
});

test('what is too old is let go, and does not come again; who was muted then still is', () => {
  const batches = stay('p one', 6);
  const muted = { type: 'track_enabled', at: 100, trackId: 't', enabled: false };
  const growing = new GrowingSession(T0, 20_000);
  const { rows, userAgent } = unpack(batches[0]!.content);
  const first = { ...batches[0]!, ...pack({ rows: { ...rows, events: [muted] }, userAgent }) };
  growing.add([first, ...batches.slice(1, 5)]);
  growing.forget(T0 + 60_040);
  const now = () => growing.build(() => null);
  const before = now().connections[0]!.samples.length;
  expect(now().connections[0]!.samples.atMs(0)).toBeGreaterThanOrEqual(T0 + 40_000);
  // One that comes late has the session made anew.
  growing.add([batches[5]!]);
  growing.add([{ ...batches[1]!, id: 50, receivedAtMs: T0 + 60_040 }]);
  expect(now().connections[0]!.samples.atMs(0)).toBeGreaterThanOrEqual(T0 + 40_000);
  expect(now().connections[0]!.samples.length).toBe(before + 5);
  expect(now().events).toMatchObject([{ type: 'track_enabled', enabled: false, atMs: T0 + 40_040 }]);
});

test('no more than so much is unpacked, however much is held; what is let go makes room', () => {
  const batches = stay('p one', 4);
  const each = Math.max(...batches.map(({ content }) => unpack(content).sizeBytes));
  const growing = new GrowingSession(T0, 20_000, 1.5 * each);
  const times = () => told(growing).flatMap(([, samples]) => (samples as number[][]).map(([atMs]) => atMs));
  growing.add(batches.slice(0, 3));
  expect(times()).toHaveLength(2 * 5);
  growing.forget(T0 + 40_041);
  growing.add([batches[3]!]);
  expect(times()).toEqual([2, 4, 6, 8, 10].map((second) => T0 + 30_000 + second * 1_000 + 40));
});
