import { describe, expect, test } from 'vitest';
import { ArrivalRecorder } from './arrival-recorder.ts';
import { AudioMeter } from './audio-meter.ts';
import { KeyFrameRequester } from './key-frame-requester.ts';
import { NackTracker } from './nack-tracker.ts';
import { PacketRing } from './packet-ring.ts';
import { ReceptionStatistics } from './reception-statistics.ts';
import { redPrimaryOffset } from './red-payload.ts';

describe('NackTracker', () => {
  const wanted = (tracker: NackTracker, nowMs: number, roundTripMs = 50): number[] => {
    const out: number[] = [];
    tracker.collect(nowMs, roundTripMs, out);
    return out;
  };

  test('asks for holes after the reorder tolerance, again every round trip, and not for what came', () => {
    const tracker = new NackTracker({ maxTries: 10, lifetimeMs: 1_000, hasKeyFrames: true });
    expect(tracker.onPacket(65_534, 0)).toBe('next');
    expect(tracker.onPacket(2, 0)).toBe('gap');
    expect(wanted(tracker, 2), 'packets may only have overtaken each other').toEqual([]);
    expect(wanted(tracker, 10)).toEqual([65_535, 0, 1]);
    expect(wanted(tracker, 30), 'the answer cannot be here yet').toEqual([]);
    expect(tracker.onPacket(0, 40)).toBe('recovered');
    expect(tracker.onPacket(0, 41)).toBe('duplicate');
    expect(wanted(tracker, 66)).toEqual([65_535, 1]);
  });

  test('gives up after its tries or its time', () => {
    const tracker = new NackTracker({ maxTries: 2, lifetimeMs: 10_000, hasKeyFrames: true });
    tracker.onPacket(1, 0);
    tracker.onPacket(3, 0);
    let asked = 0;
    for (let nowMs = 0; nowMs < 5_000; nowMs += 20) asked += wanted(tracker, nowMs).length;
    expect([asked, tracker.missingCount, tracker.abandoned]).toEqual([2, 0, 1]);
  });

  test('a jump is a new beginning, not a thousand requests', () => {
    const tracker = new NackTracker({ maxTries: 10, lifetimeMs: 1_000, hasKeyFrames: true });
    tracker.onPacket(10, 0);
    tracker.onPacket(12, 0);
    expect(tracker.onPacket(5_000, 0)).toBe('restart');
    expect(tracker.missingCount).toBe(0);
    expect(tracker.onPacket(5_001, 0)).toBe('next');
  });

  test('SFU-28 so is what follows an outage, where a key frame can replace what is missing', () => {
    const after = (hasKeyFrames: boolean, packets: number, outageMs: number) => {
      const tracker = new NackTracker({ maxTries: 10, lifetimeMs: 1_500, hasKeyFrames });
      tracker.onPacket(10, 0);
      return tracker.onPacket(11 + packets, outageMs);
    };
    expect(after(true, 40, 500)).toBe('restart');
    expect(after(false, 40, 500), 'sound').toBe('gap');
    expect(after(true, 40, 300), 'soon repaired').toBe('gap');
    expect(after(true, 10, 5_000), 'a screen that hardly changes').toBe('gap');
  });
});

test('PacketRing gives back only what it still has', () => {
  const ring = new PacketRing(4);
  const packet = Buffer.from([1]);
  ring.put(65_535, packet, 0);
  packet[0] = 9;
  expect(ring.get(65_535), 'a copy').toEqual(Buffer.from([1]));
  expect(ring.get(3), 'same place, other number').toBeUndefined();
  for (let i = 0; i < 4; i++) ring.put(i, Buffer.from([i]), 0);
  expect(ring.get(65_535)).toBeUndefined();
  ring.put(3, Buffer.alloc(300, 7), 0);
  expect(ring.get(3), 'a larger one in the same place').toEqual(Buffer.alloc(300, 7));
  expect(() => new PacketRing(3)).toThrow(RangeError);
});

describe('ReceptionStatistics', () => {
  test('counts loss of the interval and altogether, over the wrap of the numbers', () => {
    const statistics = new ReceptionStatistics(7, 90_000);
    expect(statistics.report(0)).toBeUndefined();
    for (let i = 0; i < 10; i++) {
      if (i % 2 === 0) statistics.onPacket((65_530 + i) & 0xffff, i * 3_000, 100, i * 33);
    }
    const report = statistics.report(1_000)!;
    // Nine expected (the last one sent was not received), five came.
    expect(report).toMatchObject({ ssrc: 7, cumulativeLost: 4, extendedHighestSequence: 65_538 });
    expect(report.fractionLost).toBe(Math.floor((4 / 9) * 256));
    for (let i = 9; i < 20; i++) statistics.onPacket((65_530 + i) & 0xffff, i * 3_000, 100, i * 33);
    expect(statistics.report(2_000)!.fractionLost).toBe(0);
  });

  test('measures jitter as RFC 3550 does', () => {
    const steady = new ReceptionStatistics(1, 48_000);
    const shaky = new ReceptionStatistics(1, 48_000);
    for (let i = 0; i < 200; i++) {
      steady.onPacket(i, i * 960, 50, 1_000 + i * 20);
      shaky.onPacket(i, i * 960, 50, 1_000 + i * 20 + (i % 2) * 10);
    }
    expect(steady.jitterMs).toBeLessThan(0.1);
    expect(shaky.jitterMs).toBeGreaterThan(8);
    expect(shaky.jitterMs).toBeLessThan(11);
  });
});

test('KeyFrameRequester sends at once, gathers the rest into one', () => {
  let sent = 0;
  const requester = new KeyFrameRequester(() => sent++);
  requester.request(1_000);
  expect(sent).toBe(1);
  for (let i = 0; i < 50; i++) requester.request(1_010 + i);
  requester.tick(1_200, 50);
  expect(sent).toBe(1);
  requester.tick(1_301, 50);
  requester.tick(1_302, 50);
  expect(sent).toBe(2);
});

describe('ArrivalRecorder', () => {
  test('reports each packet once, holes as holes', () => {
    const recorder = new ArrivalRecorder();
    expect(recorder.take(1, 2)).toBeUndefined();
    recorder.onPacket(65_535, 10);
    recorder.onPacket(1, 12);
    const first = recorder.take(1, 2)!;
    expect(first).toMatchObject({
      baseSequenceNumber: 65_535,
      feedbackCount: 0,
      arrivalsUs: [10_000, undefined, 12_000],
    });
    expect(recorder.take(1, 2), 'nothing new').toBeUndefined();
    recorder.onPacket(0, 13);
    recorder.onPacket(2, 14);
    expect(recorder.take(1, 2), 'from the hole on, that was filled').toMatchObject({
      baseSequenceNumber: 0,
      feedbackCount: 1,
      arrivalsUs: [13_000, 12_000, 14_000],
    });
    expect(recorder.take(1, 2)).toBeUndefined();
  });

  test('a sender that starts over starts a new report', () => {
    const recorder = new ArrivalRecorder();
    recorder.onPacket(100, 1);
    recorder.onPacket(30_000, 2);
    expect(recorder.take(1, 2)).toMatchObject({ baseSequenceNumber: 30_000, arrivalsUs: [2_000] });
  });
});

test('AudioMeter: a voice is active, a tick and silence are not', () => {
  const meter = new AudioMeter();
  const interval = (loudFrames: number): number => {
    for (let i = 0; i < 20; i++) meter.onLevel(i < loudFrames ? 20 : 127);
    return meter.take(400);
  };
  expect(interval(2)).toBe(0);
  expect(interval(20)).toBeGreaterThan(0);
  let level = 1;
  for (let i = 0; i < 10; i++) level = interval(0);
  expect(level).toBe(0);
});

describe('RED payload', () => {
  const payload = Buffer.from([0x80 | 111, 0, 4, 3, 111, 1, 2, 3, 9, 9]);

  test('finds the primary behind its redundancy', () => {
    expect(redPrimaryOffset(payload, 0, payload.length)).toBe(8);
    expect(redPrimaryOffset(Buffer.from([111, 5]), 0, 2)).toBe(1);
    for (let cut = 0; cut < 5; cut++) expect(redPrimaryOffset(payload, 0, cut), `cut at ${cut}`).toBe(-1);
  });
});
