import { expect, test } from 'vitest';
import { Downlink } from '../downlink.ts';
import { MediaScratch } from '../scratch.ts';
import { Pacer } from './pacer.ts';

const PACKET = Buffer.alloc(1_200, 7);

test('SFU-32 a burst is spread over the path, in order, and what is small leaves at once', () => {
  const sent: number[] = [];
  const pacer = new Pacer((packet) => sent.push(packet[0]!));
  const frame = (packets: number, nowMs: number): number => {
    let atOnce = 0;
    for (let i = 0; i < packets; i++) {
      PACKET[0] = i;
      if (pacer.admits(1_200, nowMs)) atOnce++;
      else pacer.hold(PACKET, 1_200, nowMs);
    }
    return atOnce;
  };
  expect(frame(100, 0), 'nobody knows the path').toBe(100);
  pacer.estimateBps = 1_000_000;
  for (let nowMs = 0; nowMs < 1_000; nowMs += 33) expect(frame(4, nowMs)).toBe(4);
  expect(frame(50, 1_000)).toBeLessThan(12);
  let doneMs = 0;
  for (let nowMs = 1_010; pacer.waiting > 0; nowMs += 10) {
    const before = sent.length;
    pacer.tick(nowMs);
    // Twice the estimate: 2.5 kB in ten milliseconds.
    if (nowMs < 1_190) expect(sent.length - before).toBeLessThanOrEqual(4);
    doneMs = nowMs;
  }
  expect(doneMs).toBeGreaterThan(1_100);
  expect(doneMs).toBeLessThanOrEqual(1_200);
  expect(sent).toEqual([...sent].sort((a, b) => a - b));
  expect(sent.at(-1)).toBe(49);
});

test('SFU-32 a packet that waited is numbered when it leaves', () => {
  const scratch = new MediaScratch();
  const numbers: number[] = [];
  let nowMs = 0;
  const downlink = new Downlink(
    scratch,
    (packet) => {
      numbers.push(packet.readUInt16BE(17));
      return true;
    },
    () => {},
    () => nowMs,
  );
  downlink.configure([], { ...downlink.extensions, transportSequence: 3 });
  const send = (mayWait: boolean, lengthBytes: number): void => {
    const { writer } = scratch;
    writer.start(96, false, 1, 1, 1);
    writer.addExtensionU16(3, downlink.nextTransportSequence());
    writer.endHeader();
    writer.append(Buffer.alloc(lengthBytes), 0, lengthBytes);
    downlink.send(writer.buffer, writer.length, mayWait);
  };
  downlink.bandwidth.onReceiverEstimate(1_000_000);
  downlink.tick(nowMs);
  for (let i = 0; i < 30; i++) send(true, 1_100);
  const before = numbers.length;
  expect(before).toBeLessThan(15);
  send(false, 100);
  expect(numbers.length, 'sound overtakes').toBe(before + 1);
  for (nowMs = 10; nowMs <= 300; nowMs += 10) downlink.tick(nowMs);
  expect(numbers).toEqual(Array.from({ length: 31 }, (_, i) => i + 1));
});

test('SFU-32 what waits when the path is lost is given up, and does not come later', () => {
  let sent = 0;
  const pacer = new Pacer(() => sent++);
  pacer.estimateBps = 1_000_000;
  for (let i = 0; i < 1_000; i++) if (!pacer.admits(1_200, 0)) pacer.hold(PACKET, 1_200, 0);
  expect(pacer.waiting).toBeGreaterThan(900);
  pacer.clear();
  expect(pacer.waiting).toBe(0);
  pacer.tick(1_000);
  expect(sent).toBe(0);
  expect(pacer.admits(1_200, 1_000)).toBe(true);
});
