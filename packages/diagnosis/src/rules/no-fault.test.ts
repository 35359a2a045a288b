import { describe, expect, test } from 'vitest';
import type { TrackField } from '../model/fields.ts';
import { audioCall, callOf, seconds, type TestCall, videoCall } from '../testing.ts';
import { RULES } from './index.ts';
import { findAll } from './rule.ts';

type Row = Partial<Record<TrackField, number | null>>;

const ids = (call: TestCall) => findAll(RULES, callOf(call)).map(({ rule }) => rule);
const idsInDump = (call: TestCall) =>
  findAll(RULES, { ...callOf(call), format: 'webrtc_internals' }).map(({ rule }) => rule);

const VOICE: Row = { audioLevel: 0.12, bitrateBps: 30_000, packets: 50, soundTimeRatio: 1 };
const ZERO: Row = { audioLevel: 0, bitrateBps: 1_500, packets: 3, soundTimeRatio: 1 };
const CAMERA: Row = { framesPerSecond: 25, sourceFramesPerSecond: 25, bitrateBps: 800_000, packets: 90 };
const NOTHING: Row = { framesPerSecond: 0, bitrateBps: 0, packets: 0 };

describe('a microphone', () => {
  test('that is muted in a dump, which does not tell it', () => {
    expect(idsInDump(audioCall(seconds(90, ZERO), 'send'))).toEqual([]);
    const call = audioCall([...seconds(10, VOICE), ...seconds(60, ZERO), ...seconds(10, VOICE)], 'send');
    expect(idsInDump(call)).toEqual([]);
    expect(idsInDump(audioCall([...seconds(60, ZERO), ...seconds(10, VOICE)], 'send'))).toEqual([]);
  });

  test('whose gate closes whenever nobody speaks', () => {
    const turn = [...seconds(6, VOICE), ...seconds(12, ZERO)];
    const found = ids(audioCall([...turn, ...turn, ...turn, ...turn, ...turn], 'send'));
    // Twice is told; after that it is known to be its habit.
    expect(found.length).toBeLessThanOrEqual(2);
  });

  test('of somebody who listens behind noise suppression', () => {
    const quiet = { ...ZERO, audioLevel: 0.0002 };
    expect(ids(audioCall([...seconds(10, VOICE), ...seconds(120, quiet), ...seconds(3, VOICE)], 'send'))).toEqual([]);
  });

  test('of somebody who sits far away and is not known to speak', () => {
    expect(ids(audioCall(seconds(120, { ...VOICE, audioLevel: 0.003 }), 'send'))).toEqual([]);
  });

  test('that leaves pauses out, at the other end', () => {
    const pause: Row = { ...ZERO, audioLevel: 0.0006, concealedRatio: 0.001, silentConcealedRatio: 0.98 };
    const turns = [...seconds(8, VOICE), ...seconds(8, pause), ...seconds(8, VOICE), ...seconds(8, pause)];
    const call = { ...audioCall(turns), others: [audioCall(turns, 'send')] };
    expect(ids(call)).toEqual([]);
  });

  test('that its owner turned off, which the other one hears as nothing', () => {
    const off: Row = { ...ZERO, packets: 0, bitrateBps: 0 };
    expect(
      ids({
        ...audioCall([...seconds(10, VOICE), ...seconds(30, off)]),
        others: [
          {
            ...audioCall([...seconds(10, VOICE), ...seconds(30, off)], 'send'),
            events: [{ type: 'track_enabled', second: 10, trackId: 't10', enabled: false }],
          },
        ],
      }),
    ).toEqual([]);
  });
});

test('what is invented for a sender who sends nothing replaces nothing', () => {
  const row: Row = { packets: 0, bitrateBps: 0, concealedRatio: 0.11, silentConcealedRatio: 0 };
  expect(ids(audioCall(seconds(60, row)))).toEqual([]);
});

test('the edges of pauses a sender leaves out are no holes', () => {
  // As a call of another product had it: nothing lost, four fifths of what was concealed was silence.
  const row: Row = { packets: 23, bitrateBps: 12_800, concealedRatio: 0.1, silentConcealedRatio: 0.41, lossRatio: 0 };
  expect(ids(audioCall(seconds(60, { ...row, stretchedRatio: 0.09, jitterMs: 27 })))).toEqual([]);
  expect(ids(audioCall(seconds(60, { ...row, lossRatio: 0.1 })))).toContain('choppy-audio');
});

describe('a picture', () => {
  test('that the one who watches has paused', () => {
    expect(ids(videoCall([...seconds(10, CAMERA), ...seconds(30, NOTHING), ...seconds(10, CAMERA)]))).toEqual([]);
  });

  test('of a camera its owner turned off', () => {
    const call = videoCall([...seconds(10, CAMERA), ...seconds(30, { ...NOTHING, sourceFramesPerSecond: 0 })], 'send');
    expect(ids({ ...call, events: [{ type: 'track_enabled', second: 10, trackId: 't0', enabled: false }] })).toEqual(
      [],
    );
    expect(idsInDump(call)).toEqual([]);
  });

  test('of a screen that stands still, is dark, and was seen', () => {
    const still: Row = { ...NOTHING, sourceFramesPerSecond: 0, lumaMean: 0.01, lumaChange: 0 };
    const call = videoCall([...seconds(5, CAMERA), ...seconds(40, still)], 'send', 'screen');
    expect(ids(call)).toEqual([]);
  });

  test('of a screen as the media server passes it on: it counts packets and no pictures', () => {
    const passed = {
      ...videoCall([...seconds(5, null), ...seconds(20, { packets: 60 })], 'send', 'screen'),
      peer: 'p',
    };
    expect(ids({ ...videoCall(seconds(25, CAMERA), 'receive', 'screen'), others: [passed] })).toEqual([]);
  });

  test('of which the server asks only the small layer', () => {
    const layer = (heightPx: number, row: Row) => ({
      direction: 'send' as const,
      mid: '1',
      rows: seconds(30, { ...row, widthPx: (heightPx * 16) / 9, heightPx, sourceWidthPx: 1_280, sourceHeightPx: 720 }),
    });
    expect(
      ids({
        tracks: [layer(180, { ...CAMERA, active: 1 }), layer(720, { ...NOTHING, active: 0, bandwidthLimitedRatio: 0 })],
      }),
    ).toEqual([]);
  });

  test('that loses its page for a glance at another tab', () => {
    const call = videoCall(
      [...seconds(10, CAMERA), ...seconds(4, { ...CAMERA, framesPerSecond: 2 }), ...seconds(10, CAMERA)],
      'send',
    );
    const events = [
      { type: 'page_visible' as const, second: 10, visible: false },
      { type: 'page_visible' as const, second: 14, visible: true },
    ];
    expect(ids({ ...call, events })).toEqual([]);
  });

  test('of a tile, for which a server sends every fourth picture', () => {
    expect(ids(videoCall(seconds(60, { ...CAMERA, framesPerSecond: 7.5, widthPx: 320, heightPx: 180 })))).toEqual([]);
  });

  test('that is black because its sender is muted: hardly any bits, a frame a second', () => {
    expect(ids(videoCall(seconds(60, { framesPerSecond: 1, bitrateBps: 4_000, packets: 2 })))).toEqual([]);
  });

  test('nobody measured for a while', () => {
    expect(ids(videoCall([...seconds(10, CAMERA), ...seconds(40, null), ...seconds(10, CAMERA)]))).toEqual([]);
  });
});

test('two people’s sound and picture have two clocks', () => {
  const rows = seconds(20, { framesPerSecond: 25, bufferMs: 900, soundLeadMs: 5_000 });
  const sound = seconds(20, { bufferMs: 50 });
  expect(
    ids({
      tracks: [
        { rows },
        { kind: 'audio', source: 'microphone', rows: sound },
        { kind: 'audio', source: 'microphone', rows: sound },
      ],
    }),
  ).toEqual([]);
});
