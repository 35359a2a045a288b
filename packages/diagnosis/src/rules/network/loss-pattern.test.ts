import { expect, test } from 'vitest';
import { callOf, type TestCall, videoCall } from '../../testing.ts';
import { lossPattern } from './loss-pattern.ts';
import { packetLoss } from './packet-loss.ts';

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A minute of 100 packets a second through a link that loses by Gilbert's model: bursts of a mean length at a mean rate. */
function received(seed: number, rate: number, burst: number) {
  const next = chance(seed);
  let isBad = false;
  return Array.from({ length: 60 }, () => {
    let lost = 0;
    for (let packet = 0; packet < 100; packet++) {
      isBad = isBad ? next() >= 1 / burst : next() < rate / (burst * (1 - rate));
      lost += Number(isBad);
    }
    return { lossRatio: lost / 100, packets: 100 - lost };
  });
}

const patternOf = (rows: ReturnType<typeof received>) =>
  lossPattern(callOf(videoCall(rows)).tracks[0]!, 'lossRatio', 0, Number.POSITIVE_INFINITY);

test.each([0.04, 0.1, 0.25])('tells bursts from single losses at %d', (rate) => {
  for (let seed = 1; seed <= 20; seed++) {
    expect(patternOf(received(seed, rate, 10)), `bursts, seed ${seed}`).toBe('loss-bursts');
    // Of independent losses the mean length is 1 / (1 − rate).
    expect(patternOf(received(seed, rate, 1 / (1 - rate))), `single, seed ${seed}`).toBe('loss-random');
  }
});

test('of few packets it says nothing, and a rate that rises slowly is no burst', () => {
  expect(patternOf(received(1, 0.1, 10).slice(0, 4))).toBe('loss-pattern-unknown');
  const rising = Array.from({ length: 60 }, (_, second) => ({ lossRatio: second / 200, packets: 100 }));
  expect(patternOf(rising)).toBe('loss-random');
});

test('what a server counted tells more than what it asked for again, which comes in twos and threes', () => {
  const sent = Array.from({ length: 30 }, (_, second) => ({
    packets: 60,
    retransmittedRatio: second % 2 ? 0.02 : 0.25,
  }));
  const counted = (burst: number): TestCall => ({
    // Two layers of a picture.
    tracks: [sent, sent].flatMap((rows) => videoCall(rows, 'send').tracks!),
    others: [{ peer: 'p', ...videoCall(received(3, 0.1, burst).slice(0, 30)) }],
  });
  const patternIn = (call: TestCall) => new Set(packetLoss.find(callOf(call)).map(({ facts }) => facts.pattern));
  expect(patternIn(counted(1 / 0.9))).toEqual(new Set(['loss-random']));
  expect(patternIn(counted(10))).toEqual(new Set(['loss-bursts']));
});
