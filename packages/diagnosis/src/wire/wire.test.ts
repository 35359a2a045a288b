import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../model/events.ts';
import type { Session } from '../model/session.ts';
import { SessionBuilder } from '../model/session-builder.ts';
import { candidate, T0 } from '../testing.ts';
import { checkRows } from './check-rows.ts';
import { decodeRows, withoutAddresses } from './decode-rows.ts';
import { encodeRows } from './encode-rows.ts';
import type { SampleRows } from './sample-rows.ts';
import { CONNECTION_DIGITS, DEVICE_DIGITS, TRACK_DIGITS } from './steps.ts';

/** All batches of a session, one after the other, as a page would send them. */
function batches(session: Session, participantId = 'p'): SampleRows[] {
  const all: SampleRows[] = [];
  for (let afterMs = Number.NEGATIVE_INFINITY; ; ) {
    const encoded = encodeRows(session, participantId, afterMs);
    if (!encoded) return all;
    all.push(JSON.parse(JSON.stringify(encoded.rows)));
    afterMs = encoded.upToMs;
  }
}

function read(all: readonly SampleRows[], options = {}): Session {
  const builder = new SessionBuilder('live');
  for (const rows of all) decodeRows(rows, builder, { participantId: 'p', prefix: '', offsetMs: 0, ...options });
  return builder.build();
}

const measure = fc.option(fc.double({ min: -1e6, max: 1e9, noNaN: true }), { nil: null });
const rowOf = (digits: object) => fc.record(Object.fromEntries(Object.keys(digits).map((field) => [field, measure])));
const sample = fc.record({
  afterMs: fc.integer({ min: 1, max: 30_000 }),
  connection: fc.option(rowOf(CONNECTION_DIGITS)),
  track: fc.option(rowOf(TRACK_DIGITS)),
  device: fc.option(rowOf(DEVICE_DIGITS)),
});

/** Whatever was measured comes out again, to the step; in however many batches. */
test('what is written is read again', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 150 }), (samples) => {
      const builder = new SessionBuilder('live');
      const connection = builder.connection('c', 'p');
      const track = builder.track({ id: 't', connectionId: 'c', participantId: 'p', direction: 'send', kind: 'audio' });
      let atMs = T0;
      for (const one of samples) {
        atMs += one.afterMs;
        if (one.connection) connection.samples.append(atMs, one.connection);
        if (one.track) track.samples.append(atMs, one.track);
        if (one.device) builder.participant('p').device.append(atMs, one.device);
      }
      const session = builder.build();
      const all = batches(session);
      for (const rows of all) expect(checkRows(rows)).toBeNull();
      const again = read(all);
      const same = <F extends string>(
        was: { length: number; atMs(i: number): number; value(f: F, i: number): number | null },
        is: typeof was & { indexAt(atMs: number): number },
        digits: Record<F, number>,
      ) => {
        for (let index = 0; index < was.length; index++) {
          const there = is.indexAt(was.atMs(index));
          for (const field of Object.keys(digits) as F[]) {
            const value = was.value(field, index);
            const now = is.atMs(there) === was.atMs(index) ? is.value(field, there) : null;
            if (value === null) expect(now).toBeNull();
            else {
              // Beside the step itself, the product and the quotient that make it are rounded once each.
              const tolerance = 0.5000001 * 10 ** -digits[field] + Math.abs(value) * Number.EPSILON;
              expect(Math.abs(now! - value), field).toBeLessThanOrEqual(tolerance);
            }
          }
        }
      };
      if (again.connections[0]) same(connection.samples, again.connections[0].samples, CONNECTION_DIGITS);
      if (again.tracks[0]) same(track.samples, again.tracks[0].samples, TRACK_DIGITS);
      if (again.participants[0]) same(builder.participant('p').device, again.participants[0].device, DEVICE_DIGITS);
    }),
    { numRuns: 30 },
  );
});

describe('one call', () => {
  const events: SessionEvent[] = [
    { type: 'ice_state', atMs: T0 + 1, participantId: 'p', connectionId: 'c', state: 'connected' },
    { type: 'track_enabled', atMs: T0 + 2, participantId: 'p', trackId: 't', enabled: false },
    {
      type: 'pair_selected',
      atMs: T0 + 3,
      participantId: 'p',
      connectionId: 'c',
      local: candidate({ address: '203.0.113.7', port: 4_711 }),
      remote: candidate({ address: '2001:db8::1' }),
    },
    {
      type: 'signalling',
      atMs: T0 + 4,
      participantId: 'p',
      state: 'closed',
      text: '203.0.113.7 and 2001:db8::17 at 12:30:45 by wss://x',
    },
  ];
  function call(): SessionBuilder {
    const builder = new SessionBuilder('live');
    const connection = builder.connection('c', 'p');
    connection.iceServers = ['turn:a.test'];
    connection.transportPolicy = 'relay';
    const track = builder.track({
      id: 't',
      connectionId: 'c',
      participantId: 'p',
      direction: 'receive',
      kind: 'video',
    });
    Object.assign(track, { source: 'screen', ssrc: 7, mid: '1', rid: 'q', mimeType: 'video/VP8', senderId: 'other' });
    for (const second of [2, 4, 6]) {
      connection.samples.append(T0 + second * 1_000, { rttMs: 40.04 + second });
      track.samples.append(T0 + second * 1_000, { framesPerSecond: 25, lossRatio: 0 });
    }
    for (const event of events) builder.event(event);
    return builder;
  }

  test('events and what is known of streams travel with it, under names of their own', () => {
    const again = read(batches(call().build()), { prefix: 'stay ', offsetMs: 1_000 });
    expect(again.connections[0]).toMatchObject({
      id: 'stay c',
      iceServers: ['turn:a.test'],
      transportPolicy: 'relay',
    });
    expect(again.tracks[0]).toMatchObject({
      id: 'stay t',
      connectionId: 'stay c',
      source: 'screen',
      senderId: 'other',
      ssrc: 7,
      rid: 'q',
    });
    expect(again.events.map(({ type, atMs }) => [type, atMs])).toEqual(
      events.map(({ type, atMs }) => [type, atMs + 1_000]),
    );
    expect(again.events[1]).toMatchObject({ trackId: 'stay t' });
    expect(again.connections[0]!.samples.value('rttMs', 0)).toBeCloseTo(42, 5);
  });

  test('no address of anybody is left, and nothing else is missing', () => {
    const [rows] = batches(call().build());
    const masked = withoutAddresses(rows!);
    expect(JSON.stringify(masked)).not.toMatch(/203\.0|2001:db8/);
    expect(JSON.stringify(masked)).toContain('12:30:45 by wss://x');
    expect(masked.events[2]).toMatchObject({ local: { type: 'relay', address: null, port: null } });
    expect(checkRows(masked)).toBeNull();
  });

  test('only what lies within is taken', () => {
    const again = read(batches(call().build()), { notBeforeMs: T0 + 3_000, notAfterMs: T0 + 5_000 });
    expect(again.tracks[0]!.samples.length).toBe(1);
    expect(again.events).toEqual([]);
  });

  test.each<[string, (rows: SampleRows) => void, string]>([
    [
      'a measure that is none',
      ({ tracks }) => Object.assign(tracks[0]!.columns, { __proto: [0, 0, 0] }),
      'tracks.0.columns.__proto',
    ],
    ['a column too short', ({ connections }) => connections[0]!.columns.rttMs!.pop(), 'connections.0.columns.rttMs'],
    [
      'a stream of no connection',
      ({ tracks }) => Object.assign(tracks[0]!, { connection: 'x' }),
      'tracks.0.connection',
    ],
    ['an event nobody knows', ({ events }) => Object.assign(events[0]!, { type: 'toString' }), 'events.0.type'],
    ['a member too many', ({ events }) => Object.assign(events[0]!, { html: '<b>' }), 'events.0.html'],
    ['a member too few', ({ events }) => delete events[0]!.state, 'events.0.state'],
    ['another type', ({ events }) => Object.assign(events[1]!, { enabled: 'yes' }), 'events.1.enabled'],
    ['a long text', ({ events }) => Object.assign(events[3]!, { text: 'x'.repeat(1_000) }), 'events.3.text'],
    ['no candidate', ({ events }) => Object.assign(events[2]!, { local: [] }), 'events.2.local'],
    [
      'half a candidate',
      ({ events }) => Object.assign(events[2]!, { local: { type: 'relay' } }),
      'events.2.local.protocol',
    ],
    ['a year', (rows) => Object.assign(rows, { instants: [0, 3_600_000, 1] }), 'instants'],
  ])('%s is refused by its place', (_, spoil, field) => {
    const [rows] = batches(call().build());
    spoil(rows!);
    expect(checkRows(rows!)?.field).toBe(field);
  });
});

test('a video call of two stays far below ten kilobits a second', () => {
  const builder = new SessionBuilder('live');
  const noise = (scale: number, second: number) =>
    scale * (1 + 0.3 * Math.sin(second * 12.9898) * Math.cos(second * 78.233));
  for (const id of ['publisher', 'subscriber']) builder.connection(id, 'p');
  // As it is with simulcast: three layers and a sound go out, a picture and a sound come in.
  const places = [
    ['send', 'video'],
    ['send', 'video'],
    ['send', 'video'],
    ['send', 'audio'],
    ['receive', 'video'],
    ['receive', 'audio'],
  ] as const;
  const tracks = places.map(([direction, kind], index) =>
    builder.track({
      id: `${direction === 'send' ? 'publisher' : 'subscriber'} OT01V28471120${index}`,
      connectionId: direction === 'send' ? 'publisher' : 'subscriber',
      participantId: 'p',
      direction,
      kind,
    }),
  );
  for (const second of [2, 4, 6, 8, 10]) {
    for (const id of ['publisher', 'subscriber'])
      builder.connection(id, 'p').samples.append(T0 + second * 1_000, {
        rttMs: noise(40, second),
        availableOutgoingBps: noise(2e6, second),
        sentBps: noise(1e6, second),
        receivedBps: noise(1e6, second),
        checksSent: 1,
        checksAnswered: 1,
      });
    // Every measure there is, on every stream: more than any browser tells.
    for (const track of tracks)
      track.samples.append(
        T0 + second * 1_000,
        Object.fromEntries(
          Object.keys(TRACK_DIGITS).map((field) => [field, noise(field.endsWith('Bps') ? 9e5 : 3, second)]),
        ),
      );
  }
  const { rows } = encodeRows(builder.build(), 'p', T0)!;
  const bytes = JSON.stringify(rows).length;
  expect((bytes * 8) / 10, `${bytes} bytes for ten seconds`).toBeLessThan(10_000);
});
