import { expect, test } from 'vitest';
import { KeyFrameRequester } from './key-frame-requester.ts';

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
