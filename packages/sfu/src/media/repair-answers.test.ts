import { describe, expect, test } from 'vitest';
import { PacketRing } from './packet-ring.ts';
import { RepairAnswers } from './repair-answers.ts';
import { SendHistory } from './send-history.ts';

const PACKET_BYTES = 1_000;

/** A stream of 1 Mbit/s for so long, of which `ask` may ask. */
function stream(answers: RepairAnswers, seconds: number, eachMs: (nowMs: number, sequence: number) => void): number {
  const video = camera(answers);
  for (let ms = 0; ms < seconds * 1_000; ms += 8) {
    answers.bytesSent += PACKET_BYTES;
    answers.onSent(video, ms / 8);
    eachMs(ms, ms / 8);
    answers.tick(ms);
  }
  return video.resent;
}

function camera(answers: RepairAnswers) {
  return {
    source: { kind: 'video' as const },
    resent: 0,
    resend(): void {
      this.resent++;
      answers.bytesSent += PACKET_BYTES;
    },
  };
}

describe('SFU-28 repairs stay within what the path has left', () => {
  test('however much is asked for', () => {
    for (const [estimateBps, mostBps] of [
      [undefined, 1_600_000],
      [1_000_000, 550_000],
      [4_000_000, 3_200_000],
    ] as const) {
      const answers = new RepairAnswers();
      answers.estimateBps = estimateBps;
      const video = camera(answers);
      stream(answers, 10, (ms, sequence) => answers.answer(video, [sequence, sequence + 1, sequence + 2], 0, ms));
      expect((video.resent * PACKET_BYTES * 8) / 10).toBeLessThan(mostBps);
      expect(video.resent * PACKET_BYTES * 8).toBeGreaterThan(mostBps * 5);
      if (estimateBps !== 4_000_000) expect(answers.refused).toBeGreaterThan(100);
    }
  });

  test('a queue that stands gets no copies, and little else', () => {
    const answers = new RepairAnswers();
    answers.estimateBps = 1_000_000;
    answers.lossRatio = 0.3;
    answers.randomLossRatio = 0.3;
    answers.congested = true;
    const video = camera(answers);
    stream(answers, 10, (ms, sequence) => answers.answer(video, [sequence], 0, ms));
    expect(answers.sendsAhead).toBe(1);
    expect((video.resent * PACKET_BYTES * 8) / 10).toBeLessThan(260_000);
  });

  test('sound is answered even then', () => {
    const answers = new RepairAnswers();
    answers.estimateBps = 200_000;
    const video = camera(answers);
    const voice = { ...camera(answers), source: { kind: 'audio' as const } };
    for (let i = 0; i < 100; i++) answers.answer(video, [i], 0, 0);
    answers.answer(voice, [1], 0, 0);
    expect(voice.resent).toBe(1);
  });

  test('copies ahead: by random loss, out of what the estimate leaves; none on a path that is full', () => {
    const copies = (estimateBps: number | undefined, randomLossRatio: number): number => {
      const answers = new RepairAnswers();
      answers.estimateBps = estimateBps;
      answers.lossRatio = 0.3;
      answers.randomLossRatio = randomLossRatio;
      return stream(answers, 10, () => {}) / 1_250;
    };
    expect(copies(4_000_000, 0.3)).toBeCloseTo(1, 1);
    expect(copies(4_000_000, 0.5)).toBeGreaterThan(1.8);
    expect(copies(1_500_000, 0.3)).toBeLessThan(0.55);
    expect(copies(1_000_000, 0.3)).toBeLessThan(0.1);
    expect(copies(undefined, 0.3)).toBe(0);
    expect(copies(4_000_000, 0.05), 'loss of a full path').toBe(0);
  });
});

describe('SFU-28 what was sent within 1.5 s can be sent again', () => {
  test.each([50, 300, 1_500])('at %i packets a second, and memory stays bounded', (rate) => {
    const ring = new PacketRing(256, 4_096);
    const history = new SendHistory(256);
    const packet = Buffer.alloc(1);
    const span = {} as never;
    for (let i = 0; i < rate * 10; i++) {
      ring.put(i & 0xffff, packet, (i * 1_000) / rate);
      history.put(i & 0xffff, i & 0xffff, span, (i * 1_000) / rate);
    }
    const oldest = Math.ceil(rate * 10 - rate * 1.45) & 0xffff;
    expect(ring.get(oldest)).toEqual(packet);
    expect(history.takeForResend(oldest, 0, 10_000)).toBe(span);
    expect(ring.capacityPackets).toBeLessThanOrEqual(Math.max(256, rate * 3.2));
  });

  test('behind an outage, or after those 1.5 s, a key frame helps and no repair does', () => {
    const history = new SendHistory(256);
    const span = {} as never;
    const put = (sequence: number, nowMs: number, isKeyFrame = false) =>
      history.put(sequence & 0xffff, sequence, span, nowMs, isKeyFrame);
    const numbers = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => (from + index) & 0xffff);
    for (let i = 0; i < 50; i++) put(65_500 + i, i * 20);
    expect(history.isPastRepair(numbers(65_510, 65_525), 1_000)).toBe(false);
    const apart = numbers(65_510, 65_540).filter((number) => number % 2 === 0);
    expect(history.isPastRepair(apart, 1_000), 'every second one').toBe(false);
    expect(history.takeForResend(65_510, 0, 1_000)).toBe(span);
    expect(history.isPastRepair(numbers(65_510, 65_540), 1_000), 'a hole of 600 ms').toBe(true);
    expect(history.takeForResend(65_520, 0, 1_000), 'given up').toBeUndefined();
    expect(history.takeForResend(65_545 & 0xffff, 0, 1_000), 'behind it').toBe(span);
    expect(history.isPastRepair([65_510], 1_800), 'alone, and 1.6 s old').toBe(true);
    put(65_550, 1_800, true);
    expect(history.isPastRepair([65_510], 1_810), 'it has one').toBe(false);
    expect(history.isPastRepair([40_000], 1_810), 'never sent').toBe(false);
    // Numbers come round: what was long ago is not ahead.
    for (let i = 0; i < 40_000; i++) put(65_551 + i, 2_000 + i * 20);
    const nowMs = 2_000 + 40_000 * 20;
    expect(history.takeForResend((65_551 + 39_999) & 0xffff, 0, nowMs)).toBe(span);
    expect(history.isPastRepair(numbers(65_551 + 39_960, 65_551 + 39_999), nowMs), 'another outage').toBe(true);
  });

  test('of a screen that hardly changes the last packets can be sent again for ever', () => {
    const history = new SendHistory(256);
    const span = {} as never;
    for (let i = 0; i < 10; i++) history.put(i, i, span, i * 1_000);
    expect(history.isPastRepair([2, 3, 4, 5, 6], 10_000)).toBe(false);
    expect(history.takeForResend(2, 0, 10_000)).toBe(span);
  });

  test('a flood grows nothing beyond the limit', () => {
    const ring = new PacketRing(256, 1_024);
    for (let i = 0; i < 50_000; i++) ring.put(i & 0xffff, Buffer.alloc(1), i / 100);
    expect(ring.capacityPackets).toBe(1_024);
  });
});
