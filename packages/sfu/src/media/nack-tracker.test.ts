import { describe, expect, test } from 'vitest';
import { NackTracker } from './nack-tracker.ts';
import { seededRandom } from './simulation/link.ts';

const ROUND_TRIP_MS = 50;

/** A tracker that has seen a stream of 20 packets a second lose this share. */
function tracker(lossRatio: number): { nack: NackTracker; next: number; nowMs: number } {
  const nack = new NackTracker({ maxTries: 10, lifetimeMs: 1_500, hasKeyFrames: false });
  const random = seededRandom(3);
  let nowMs = 0;
  const out: number[] = [];
  let next = 0;
  for (; next < 1_000; next++) {
    nowMs = next * 50;
    if (random() >= lossRatio) nack.onPacket(next, nowMs);
    nack.collect(nowMs + 10, ROUND_TRIP_MS, out);
  }
  // All of it came in the end.
  for (let sequence = 0; sequence < next; sequence++) nack.onPacket(sequence, nowMs);
  nack.onPacket(next, nowMs + 50);
  return { nack, next: next + 1, nowMs: nowMs + 50 };
}

/** When the one packet missing is asked for within two seconds, ms after it was missed. */
function questions(nack: NackTracker, fromMs: number): number[] {
  const asked: number[] = [];
  const out: number[] = [];
  for (let ms = 0; ms <= 2_000; ms += 10) {
    nack.collect(fromMs + ms, ROUND_TRIP_MS, out);
    for (const _ of out) asked.push(ms);
  }
  return asked;
}

describe('SFU-28 how often a lost packet is asked for', () => {
  test('where little is lost: once in a growing round trip, ten times', () => {
    const { nack, next, nowMs } = tracker(0.01);
    expect(nack.lossRatio).toBeLessThan(0.03);
    nack.onPacket(next + 1, nowMs);
    const asked = questions(nack, nowMs);
    expect(asked.slice(0, 4)).toEqual([10, 70, 140, 230]);
    expect(asked.length).toBeLessThanOrEqual(10);
    expect(nack.abandoned).toBeGreaterThan(0);
  });

  test('where much is lost: every round trip three times, until nobody waits for it any more', () => {
    const { nack, next, nowMs } = tracker(0.3);
    expect(nack.lossRatio).toBeGreaterThan(0.2);
    nack.onPacket(next + 1, nowMs);
    const asked = questions(nack, nowMs);
    expect(asked.slice(0, 6)).toEqual([10, 20, 30, 70, 80, 90]);
    expect(asked.at(-1)).toBeGreaterThan(1_400);
    expect(asked.at(-1)).toBeLessThanOrEqual(1_500);
  });

  test('where a queue is what loses: as where little is lost', () => {
    const { nack, next, nowMs } = tracker(0.3);
    nack.onPacket(next + 1, nowMs);
    const asked: number[] = [];
    const out: number[] = [];
    for (let ms = 0; ms <= 2_000; ms += 10) {
      nack.collect(nowMs + ms, ROUND_TRIP_MS + 300, out, true);
      for (const _ of out) asked.push(ms);
    }
    expect(asked).toEqual([10, 400, 890, 1_490]);
  });

  test('a packet merely overtaken is no loss', () => {
    const nack = new NackTracker({ maxTries: 10, lifetimeMs: 1_500, hasKeyFrames: false });
    for (let pair = 0; pair < 500; pair++) {
      nack.onPacket(pair * 2 + 1, pair * 40);
      nack.onPacket(pair * 2, pair * 40 + 2);
    }
    expect(nack.lossRatio).toBeLessThan(0.01);
  });

  test('the last packet of a picture is asked for before the next picture shows it missing', () => {
    const { nack, next, nowMs } = tracker(0.3);
    const out: number[] = [];
    nack.suspect(nowMs + 20);
    nack.collect(nowMs + 30, ROUND_TRIP_MS, out);
    expect(out).toEqual([next]);
    expect(nack.isMissing(next), 'its retransmission is taken').toBe(true);
    // It had not been sent at all: nothing came of it.
    expect(nack.onPacket(next, nowMs + 50)).toBe('next');
    expect(nack.asks).toBe(false);
    nack.suspect(nowMs + 60);
    nack.collect(nowMs + 70, ROUND_TRIP_MS, out);
    expect(nack.onPacket(next + 2, nowMs + 100)).toBe('gap');
    nack.collect(nowMs + 110, ROUND_TRIP_MS, out);
    expect(out, 'asked already, a round trip is not over').toEqual([]);
    nack.collect(nowMs + 130, ROUND_TRIP_MS, out);
    expect(out).toEqual([next + 1]);
  });
});
