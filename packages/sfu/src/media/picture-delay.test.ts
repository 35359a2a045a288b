import { RtpView } from '@alongside/rtp';
import { expect, test } from 'vitest';
import { PictureDelay } from './picture-delay.ts';
import { downlink, forwarder, frame, scratch, setUp, source, VP8 } from './testing.ts';

test('SFU-27 pictures are shown late enough for repair on the publisher’s path, and no later than that', () => {
  const delay = new PictureDelay();
  delay.update(0.01, 40, 0);
  expect(delay.delayMs, 'browsers do by themselves').toBe(-1);
  delay.update(0.1, 40, 1_000);
  expect(delay.delayMs).toBeGreaterThan(100);
  expect(delay.delayMs).toBeLessThan(200);
  delay.update(0.3, 40, 2_000);
  expect(delay.delayMs).toBeGreaterThan(200);
  expect(delay.delayMs).toBeLessThan(300);
  const worst = delay.delayMs;
  delay.update(0.05, 40, 5_000);
  expect(delay.delayMs, 'bad stretches come back').toBe(worst);
  delay.update(0.01, 40, 13_000);
  expect(delay.delayMs, 'withdrawn aloud').toBe(0);
  for (let nowMs = 14_000; nowMs <= 30_000; nowMs += 1_000) delay.update(0.01, 40, nowMs);
  expect(delay.delayMs).toBe(-1);
  delay.update(0.5, 400, 31_000);
  expect(delay.delayMs, 'whatever the path, half a second at most').toBe(500);
});

test('SFU-27 what goes out twice before anybody asks need not wait as long', () => {
  const [once, twice] = [1, 2].map((sends) => {
    const delay = new PictureDelay();
    delay.update(0.3, 40, 0, sends);
    return delay.delayMs;
  });
  expect(twice).toBeLessThan(once!);
  expect(twice).toBeGreaterThan(100);
});

test('SFU-27 subscribers who understand it are told the delay', () => {
  setUp('video', [VP8], [VP8]);
  const packets: Buffer[] = [];
  downlink.send = (packet, lengthBytes) => {
    packets.push(Buffer.from(packet.subarray(0, lengthBytes)));
    return true;
  };
  downlink.configure([VP8], { ...downlink.extensions, playoutDelay: 5 });
  forwarder().start(0);
  const told = (): number => {
    const view = new RtpView();
    expect(view.parse(packets.at(-1)!)).toBe(true);
    return view.extensionU24(5);
  };
  frame('q', 10, 1_000, true, 0);
  expect(told()).toBe(-1);
  source.pictureDelay.delayMs = 270;
  frame('q', 11, 4_000, false, 33);
  expect(told()).toBe((27 << 12) | 1_000);
  downlink.pictureDelay.delayMs = 190;
  frame('q', 12, 7_000, false, 66);
  expect(told(), 'the worse path decides').toBe((27 << 12) | 1_000);
  source.pictureDelay.delayMs = -1;
  frame('q', 13, 10_000, false, 100);
  expect(told(), 'their own path').toBe((19 << 12) | 1_000);
  expect(scratch.writer.overflowed).toBe(false);
});
