import { expect, test } from 'vitest';
import { KeyFrameRequester } from './key-frame-requester.ts';
import { downlink, forwarder, frame, setUp, upRtcp, VP8 } from './testing.ts';

test('the first request goes out at once, those close after it as one', () => {
  let asked = 0;
  const requester = new KeyFrameRequester(() => asked++);
  requester.request(1_000);
  expect(asked).toBe(1);
  requester.request(1_050);
  requester.request(1_100);
  requester.tick(1_299, 50);
  expect(asked).toBe(1);
  requester.tick(1_300, 50);
  requester.tick(1_310, 50);
  expect(asked).toBe(2);
});

test('a key frame that came meanwhile answers the requests that waited', () => {
  let asked = 0;
  const requester = new KeyFrameRequester(() => asked++);
  requester.request(1_000);
  requester.request(1_050);
  requester.onKeyFrame();
  requester.tick(1_400, 50);
  expect(asked).toBe(1);
  requester.request(1_410);
  expect(asked).toBe(2);
});

test('SFU-29 however many begin to watch, the sender is asked once in 300 ms', () => {
  const asked: number[] = [];
  let nowMs = 0;
  const requester = new KeyFrameRequester(() => asked.push(nowMs));
  for (; nowMs < 900; nowMs += 10) {
    for (let subscriber = 0; subscriber < 20; subscriber++) requester.request(nowMs);
    requester.tick(nowMs, 50);
  }
  expect(asked).toEqual([0, 300, 600]);
});

test('SFU-29 a request that brought nothing is repeated until a key frame comes, or nobody answers for long', () => {
  const asked: number[] = [];
  let nowMs = 0;
  const requester = new KeyFrameRequester(() => asked.push(nowMs));
  const passUntil = (endMs: number): void => {
    for (; nowMs < endMs; nowMs += 10) requester.tick(nowMs, 200);
  };
  requester.request(0);
  passUntil(2_000);
  expect(asked).toEqual([0, 600, 1_200, 1_800]);
  requester.onKeyFrame();
  passUntil(4_000);
  expect(asked).toHaveLength(4);
  requester.request(nowMs);
  passUntil(60_000);
  expect(asked.length).toBeLessThan(20);
});

test('SFU-29 a subscriber may ask by PLI or by FIR', () => {
  setUp('video', [VP8], [VP8]);
  forwarder().start(0);
  frame('q', 10, 1_000, true, 0);
  const requests = (): number => upRtcp.filter((report) => report.type === 'pli').length;
  const before = requests();
  downlink.onRtcp({ type: 'fir', senderSsrc: 1, mediaSsrc: 0, entries: [{ ssrc: 5_000, sequenceNumber: 1 }] }, 1_000);
  expect(requests()).toBe(before + 1);
  downlink.onRtcp({ type: 'pli', senderSsrc: 1, mediaSsrc: 5_000 }, 2_000);
  expect(requests()).toBe(before + 2);
});
