import { expect, test } from 'vitest';
import type { TrackField } from '../../model/fields.ts';
import { audioCall, callOf, seconds } from '../../testing.ts';
import { highJitter } from './high-jitter.ts';

const WIFI = { jitterMs: 15, bufferMs: 110, packets: 50 };

const found = (more: Partial<Record<TrackField, number>>, format: 'live' | 'get_stats' = 'get_stats') =>
  highJitter.find({ ...callOf(audioCall(seconds(30, { ...WIFI, ...more }))), format }).length;

test('bunches of packets in a dump are told where they are heard', () => {
  expect(found({ stretchedRatio: 0.035, concealedRatio: 0 })).toBe(1);
  expect(found({ stretchedRatio: 0, concealedRatio: 0.012 })).toBe(1);
  // The buffer has grown to where nothing comes too late any more.
  expect(found({ bufferMs: 210, stretchedRatio: 0, concealedRatio: 0 })).toBe(1);
  expect(found({ bufferMs: 190, stretchedRatio: 0, concealedRatio: 0 })).toBe(0);
  // Any Wi-Fi, while sound waits for its picture.
  expect(found({ stretchedRatio: 0.025, concealedRatio: 0.008 })).toBe(0);
  expect(found({})).toBe(0);
});

test('what tells by itself needs not be heard, nor does a call that is watched live', () => {
  expect(found({ jitterMs: 40, stretchedRatio: 0 })).toBe(1);
  expect(found({ stretchedRatio: 0, concealedRatio: 0 }, 'live')).toBe(1);
});
