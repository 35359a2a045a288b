import type { TransportFeedback } from '@alongside/rtp';
import { beforeEach, describe, expect, test } from 'vitest';
import { downlink, forwarder, frame, sent, setUp, source, VP8 } from '../testing.ts';

beforeEach(() => setUp('video', [VP8], [VP8]));

/** All three layers in single packets for a while; the layers named stop. */
function film(fromMs: number, ms: number, without = ''): number {
  for (let nowMs = fromMs; nowMs < fromMs + ms; nowMs += 40) {
    const count = nowMs / 40;
    for (const layer of ['q', 'h', 'f'] as const) {
      if (!without.includes(layer)) frame(layer, count & 0xffff, nowMs * 90, count % 25 === 0, nowMs, count);
    }
    downlink.tick(nowMs);
  }
  return fromMs + ms;
}

function feedback(arrivalsUs: (number | undefined)[], base = 1): TransportFeedback {
  return { type: 'transport-cc', senderSsrc: 1, mediaSsrc: 2, baseSequenceNumber: base, feedbackCount: 0, arrivalsUs };
}

describe('SFU-33 what the path does not carry is not sent', () => {
  test('not even while the layer below pauses: one waits for it', () => {
    // Without feedback nobody shares out, and the limit is what the test says.
    downlink.configure([VP8], { ...downlink.extensions, transportSequence: 0 });
    const one = forwarder();
    one.start(0);
    let nowMs = film(0, 2_000);
    expect(one.current.spatial).toBe(2);
    one.setAffordable(0, 3, nowMs);
    nowMs = film(nowMs, 2_000);
    expect(one.current.spatial).toBe(0);
    const before = sent.length;
    nowMs = film(nowMs, 2_000, 'q');
    expect(sent.length - before, 'of the layers above nothing comes').toBe(0);
    film(nowMs, 2_000);
    expect(one.current.spatial).toBe(0);
    expect(sent.length - before).toBeGreaterThan(20);
  });

  test('and nothing is paused for a peer that gives no feedback', () => {
    const one = forwarder();
    one.start(0);
    film(0, 6_000);
    expect(downlink.bandwidth.estimateBps).toBeUndefined();
    expect(one.limits.affordable).toEqual({ spatial: 2, temporal: 3 });
    expect(downlink.bandwidth.isPaused(one)).toBe(false);
  });

  test('a peer that tells only its own estimate gets what fits that', () => {
    const one = forwarder();
    one.start(0);
    // Pictures of 40 kbit/s a layer, as the meters are told.
    source.layerRates = () => [
      [40_000, 40_000, 40_000, 40_000],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ];
    downlink.bandwidth.onReceiverEstimate(30_000);
    let nowMs = film(0, 2_000);
    expect(downlink.bandwidth.isPaused(one)).toBe(true);
    downlink.bandwidth.onReceiverEstimate(5_000_000);
    nowMs = film(nowMs, 2_000);
    expect(downlink.bandwidth.isPaused(one)).toBe(false);
    expect(downlink.bandwidth.estimator.estimateBps).toBe(5_000_000);
  });
});

test('SFU-32 probes go on the repair stream, each with a number of its own', () => {
  const one = forwarder();
  one.start(0);
  downlink.bandwidth.capBps = 3_000;
  let nowMs = film(0, 1_000);
  downlink.onRtcp(feedback([1_000_000]), nowMs);
  downlink.bandwidth.capBps = 100_000_000;
  const before = sent.length;
  downlink.bandwidth.sharing.wantedBps = 4_000_000;
  nowMs = film(nowMs, 300);
  const padding = sent.slice(before).filter(({ ssrc }) => ssrc === one.rtxSsrc);
  expect(padding.length).toBeGreaterThan(0);
  const numbers = padding.map(({ sequence }) => sequence);
  expect(numbers).toEqual(numbers.map((_, i) => (numbers[0]! + i) & 0xffff));
  expect(padding.every(({ payloadType, payload }) => payloadType === 97 && payload.length === 0)).toBe(true);
});

test('SFU-32 nothing is probed for beyond a limit from outside', () => {
  const one = forwarder();
  one.start(0);
  downlink.bandwidth.capBps = 3_000;
  let nowMs = film(0, 1_000);
  for (let i = 0; i < 20; i++) {
    downlink.onRtcp(feedback([nowMs * 1_000], 1 + i), nowMs);
    nowMs = film(nowMs, 200);
  }
  expect(downlink.bandwidth.sharing.wantedBps).toBeGreaterThan(3_000);
  expect(sent.filter(({ ssrc }) => ssrc === one.rtxSsrc)).toEqual([]);
});

test('SFU-32 a probe that had no stream yet is sent as soon as there is one', () => {
  const one = forwarder();
  downlink.bandwidth.sharing.wantedBps = 4_000_000;
  let nowMs = film(0, 1_000);
  downlink.onRtcp(feedback([1_000_000]), nowMs);
  for (let i = 0; i < 5; i++) {
    downlink.bandwidth.sharing.wantedBps = 4_000_000;
    nowMs = film(nowMs, 100);
  }
  expect(downlink.bandwidth.estimator.canProbe).toBe(false);
  one.start(nowMs);
  for (let i = 0; i < 25; i++) {
    nowMs = film(nowMs, 100);
    downlink.onRtcp(feedback([nowMs * 1_000], 1 + i), nowMs);
    downlink.bandwidth.sharing.wantedBps = 4_000_000;
  }
  expect(sent.filter(({ ssrc }) => ssrc === one.rtxSsrc).length).toBeGreaterThan(0);
});
