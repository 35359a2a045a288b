import { buildRtcp, parseRtcp, type TransportFeedback } from '@alongside/rtp';
import { describe, expect, test } from 'vitest';
import { ArrivalRecorder } from './arrival-recorder.ts';
import { DeliveryRate } from './bandwidth/delivery-rate.ts';
import { SentPackets } from './bandwidth/sent-packets.ts';

/** All feedback there is, over the wire. */
function drain(recorder: ArrivalRecorder): TransportFeedback[] {
  const all: TransportFeedback[] = [];
  for (let one = recorder.take(1, 2); one; one = recorder.take(1, 2)) {
    const bytes = buildRtcp([one]);
    expect(bytes.length).toBeLessThan(1_200);
    all.push(parseRtcp(bytes)![0] as TransportFeedback);
  }
  return all;
}

/** Packets a sender with this numbering learns of, as [sent, arrived] or [sent, undefined]. */
function pairs(sent: SentPackets, feedbacks: TransportFeedback[]): [number, number | undefined][] {
  const found: [number, number | undefined][] = [];
  for (const feedback of feedbacks) {
    sent.read(feedback, {
      onArrived: (sentMs, arrivedMs) => found.push([sentMs, arrivedMs]),
      onMissing: (sentMs) => found.push([sentMs, undefined]),
      onGap: () => {},
    });
  }
  return found;
}

describe('SFU-32 feedback tells exactly what arrived and when', () => {
  test('over the wrap of the numbers and of the reference time', () => {
    // The 24-bit reference time wraps every 2^24 × 64 ms; signed, at half of that.
    for (const startMs of [0, 2 ** 23 * 64 - 30, 2 ** 24 * 64 - 30, 2 ** 25 * 64 - 30]) {
      const recorder = new ArrivalRecorder();
      const sent = new SentPackets();
      for (let i = 0; i < 60; i++) {
        sent.put((65_500 + i) & 0xffff, 100, i, 0);
        recorder.onPacket((65_500 + i) & 0xffff, startMs + i * 2);
      }
      const feedbacks = drain(recorder);
      for (let i = 60; i < 120; i++) {
        sent.put((65_500 + i) & 0xffff, 100, i, 0);
        recorder.onPacket((65_500 + i) & 0xffff, startMs + i * 2);
      }
      const found = pairs(sent, [...feedbacks, ...drain(recorder)]);
      expect(found).toHaveLength(120);
      const firstMs = found[0]![1]!;
      for (const [sentMs, arrivedMs] of found) expect(arrivedMs! - firstMs).toBeCloseTo(sentMs * 2, 0);
    }
  });

  test('a packet that is overtaken is reported late, and not lost for good', () => {
    const recorder = new ArrivalRecorder();
    const sent = new SentPackets();
    for (let i = 0; i < 6; i++) sent.put(i, 100, i, 0);
    for (const i of [0, 1, 3]) recorder.onPacket(i, 100 + i);
    expect(pairs(sent, drain(recorder))).toEqual([
      [0, 100],
      [1, 101],
      [2, undefined],
      [3, 103],
    ]);
    for (const i of [4, 2, 5]) recorder.onPacket(i, 110 + i);
    expect(pairs(sent, drain(recorder))).toEqual([
      [2, 112],
      [4, 114],
      [5, 115],
    ]);
    expect(drain(recorder)).toEqual([]);
  });

  test('a burst of a thousand packets and a pause of half a minute need more than one feedback', () => {
    const recorder = new ArrivalRecorder();
    const sent = new SentPackets();
    for (let i = 0; i < 1_000; i++) {
      sent.put(i, 100, i, 0);
      recorder.onPacket(i, i * 0.25);
    }
    sent.put(1_000, 100, 1_000, 0);
    recorder.onPacket(1_000, 30_000);
    const feedbacks = drain(recorder);
    expect(feedbacks.length).toBeGreaterThan(3);
    expect(feedbacks.map(({ feedbackCount }) => feedbackCount)).toEqual(feedbacks.map((_, i) => i));
    const found = pairs(sent, feedbacks);
    expect(found.filter(([, arrivedMs]) => arrivedMs === undefined)).toEqual([]);
    expect(found.at(-1)).toEqual([1_000, 30_000]);
  });

  test('feedback that was lost leaves a gap, whose time counts for no rate', () => {
    const sent = new SentPackets();
    const rate = new DeliveryRate();
    let gaps = 0;
    const reader = {
      onArrived: (sentMs: number, arrivedMs: number, bytes: number) => rate.onArrived(sentMs, arrivedMs, bytes),
      onMissing: () => {},
      onGap: () => {
        gaps++;
        rate.onGap();
      },
    };
    const recorder = new ArrivalRecorder();
    for (let i = 0; i < 300; i++) {
      sent.put(i, 1_250, i * 10, 0);
      recorder.onPacket(i, i * 10);
      if (i % 10 !== 9) continue;
      const [feedback] = drain(recorder);
      if (i % 20 === 9) sent.read(feedback!, reader);
    }
    expect(gaps).toBe(14);
    expect(rate.deliveredBps).toBeCloseTo(1_000_000, -4);
  });

  test('every 50 ms, at low rates every 100 ms', () => {
    const interval = (bytesPerS: number): number => {
      const recorder = new ArrivalRecorder();
      let last = 0;
      let longest = 0;
      for (let nowMs = 0; nowMs < 2_000; nowMs += 10) {
        recorder.onPacket(nowMs / 10, nowMs, bytesPerS / 100);
        if (!recorder.isDue(nowMs)) continue;
        recorder.onFeedback(nowMs);
        longest = nowMs > 1_000 ? Math.max(longest, nowMs - last) : longest;
        last = nowMs;
      }
      return longest;
    };
    expect(interval(250_000)).toBe(50);
    expect(interval(30_000)).toBeGreaterThan(50);
    expect(interval(3_000)).toBe(100);
  });
});
