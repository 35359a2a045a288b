import { describe, expect, test } from 'vitest';
import type { TrackField } from '../model/fields.ts';
import type { Session, Track } from '../model/session.ts';
import { callOf, seconds } from '../testing.ts';
import { RULES } from './index.ts';
import { findAll } from './rule.ts';

type Row = Partial<Record<TrackField, number>>;

/** A page that is scrolled now and then, as libwebrtc counts it: pauses are freezes, large pictures are jitter. */
const MOVES: Row = { framesPerSecond: 24, bitrateBps: 900_000, packets: 90, jitterMs: 70, lossRatio: 0, freezeMs: 0 };
const STANDS: Row = { ...MOVES, framesPerSecond: 1, bitrateBps: 60_000, packets: 12, freezeMs: 900 };
const scrolled = (more: Row = {}, still = 12): Row[] =>
  Array.from({ length: 3 }, () => [...seconds(10, MOVES), ...seconds(still, { ...STANDS, ...more })]).flat();

function ids(
  rows: Row[],
  {
    source = 'unknown',
    direction = 'receive',
    format = 'get_stats',
  }: Partial<Pick<Track & Session, 'source' | 'direction' | 'format'>> = {},
) {
  const session = callOf({ tracks: [{ kind: 'video', source, direction, rows }] });
  return findAll(RULES, { ...session, format }).map(({ rule }) => rule);
}

describe('a shared screen that does not say that it is one', () => {
  test('is no frozen, slow or uneven picture in a dump', () => {
    expect(ids(scrolled())).toEqual([]);
    expect(ids(scrolled({ sourceFramesPerSecond: 1 }), { direction: 'send' })).toEqual([]);
  });

  test('is told where it says so, or who watches knows that it is a camera', () => {
    expect(ids(scrolled(), { source: 'camera' })).toEqual(expect.arrayContaining(['video-freeze', 'low-frame-rate']));
    expect(ids(scrolled(), { format: 'live' })).toEqual(expect.arrayContaining(['video-freeze', 'low-frame-rate']));
  });

  test('that stands for less of the time may as well be a camera', () => {
    // 9 of 39 samples.
    expect(ids(scrolled({}, 3))).toContain('video-freeze');
    // 9 samples in which nothing is wrong say nothing.
    const few = [...seconds(6, MOVES), ...seconds(3, STANDS), ...seconds(3, { ...STANDS, nacks: 4 })];
    expect(ids(few)).toContain('video-freeze');
  });

  test('that loses packets is frozen and slow all the same', () => {
    expect(ids(scrolled({ lossRatio: 0.05, nacks: 4 }))).toEqual(
      expect.arrayContaining(['packet-loss', 'video-freeze', 'low-frame-rate']),
    );
  });

  test('is no camera whose encoder leaves pictures out', () => {
    expect(ids(scrolled({ sourceFramesPerSecond: 24 }), { direction: 'send' })).toContain('low-frame-rate');
    expect(ids(scrolled({ processorLimitedRatio: 1 }), { direction: 'send' })).toContain('low-frame-rate');
  });

  test('that stands beside a busy decoder and a full buffer is no third sign of a busy processor', () => {
    const judged = (source: Track['source']) => {
      const turns = (well: Row, badly: Row) => [...seconds(15, well), ...seconds(15, badly)];
      const shown = (frames: number): Row => ({ ...MOVES, framesPerSecond: frames, sourceFramesPerSecond: frames });
      const session = callOf({
        tracks: [
          { direction: 'send', source, rows: turns(shown(24), shown(1)) },
          { source: 'camera', rows: turns({ framesPerSecond: 25, decodeMs: 2 }, { framesPerSecond: 25, decodeMs: 9 }) },
          { kind: 'audio', source: 'microphone', rows: turns({ bufferMs: 60 }, { bufferMs: 600 }) },
        ],
      });
      return findAll(RULES, { ...session, format: 'get_stats' }).map(({ rule }) => rule);
    };
    expect(judged('unknown')).not.toContain('processor-limited');
    expect(judged('camera')).toContain('processor-limited');
  });
});
