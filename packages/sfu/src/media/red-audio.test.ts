import { parseRed } from '@alongside/rtp';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Forwarder } from './forwarder.ts';
import { affordableRedDepth, neededRedDepth, RedDepth } from './red-depth.ts';
import { downlink, forwarder, OPUS, packet, RED, sent, setUp, uplink, upRtcp } from './testing.ts';

const FRAME_TICKS = 960;
const SSRC = 50;

/** The Opus frame numbered `n`: recognisable by its first byte. */
function opus(n: number, length = 3): Buffer {
  return Buffer.alloc(length, n & 0xff);
}

/** As a browser sends it: the frame before goes along. */
function redPacket(n: number, options: { timestamp?: number; age?: number } = {}): Buffer {
  const age = options.age ?? FRAME_TICKS;
  const head = [0x80 | 111, age >> 6, (age & 0x3f) << 2, 3, 111];
  const payload = Buffer.concat([Buffer.from(head), opus(n - 1), opus(n)]);
  return packet(SSRC, n, options.timestamp ?? n * FRAME_TICKS, payload, { payloadType: 63, mid: 'm' });
}

function plainPacket(n: number, timestamp = n * FRAME_TICKS, length = 3): Buffer {
  return packet(SSRC, n, timestamp, opus(n, length), { payloadType: 111, mid: 'm' });
}

/** What is in the newest packet to the subscriber: [age in frames, first byte] of every block. */
function blocks(): number[][] {
  const { payload } = sent.at(-1)!;
  return parseRed(payload)!.map((block) => [block.timestampOffset / FRAME_TICKS, payload[block.offset]!]);
}

const PEER_CODECS = [
  { ...RED, payloadType: 120 },
  { ...OPUS, payloadType: 109 },
];

describe('SFU-25 audio redundancy is built for each subscriber', () => {
  let one: Forwarder;
  beforeEach(() => {
    setUp('audio', [RED, OPUS], PEER_CODECS);
    one = forwarder(100);
    one.start(0);
  });

  test('out of the frames themselves, whatever the publisher sent, in the subscriber’s numbers', () => {
    one.audio!.depth = 3;
    for (let n = 1; n <= 5; n++) uplink.onRtp(plainPacket(n), n * 20);
    expect(sent.every((out) => out.payloadType === 120)).toBe(true);
    expect(blocks()).toEqual([
      [3, 2],
      [2, 3],
      [1, 4],
      [0, 5],
    ]);
    expect(parseRed(sent.at(-1)!.payload)!.every((block) => block.payloadType === 109)).toBe(true);
    expect(parseRed(sent[0]!.payload)).toHaveLength(1);
  });

  test('depth 0 is plain Opus, and the depth changes from packet to packet', () => {
    uplink.onRtp(redPacket(1), 20);
    one.audio!.depth = 0;
    uplink.onRtp(redPacket(2), 40);
    expect(sent.at(-1)).toMatchObject({ payloadType: 109 });
    expect([...sent.at(-1)!.payload]).toEqual([2, 2, 2]);
    one.audio!.depth = 2;
    uplink.onRtp(redPacket(3), 60);
    expect(blocks()).toEqual([
      [2, 1],
      [1, 2],
      [0, 3],
    ]);
  });

  test('what a block header cannot say is left out: a pause of DTX, a new time line, too long a frame', () => {
    one.audio!.depth = 7;
    uplink.onRtp(plainPacket(1, 1 * FRAME_TICKS), 20);
    uplink.onRtp(plainPacket(2, 20 * FRAME_TICKS), 400);
    expect(blocks(), '19 frames ago is more than 14 bits').toEqual([[0, 2]]);
    uplink.onRtp(plainPacket(3, 10 * FRAME_TICKS), 420);
    expect(blocks(), 'time went back').toEqual([
      [9, 1],
      [0, 3],
    ]);
    uplink.onRtp(plainPacket(4, 40 * FRAME_TICKS, 1_024), 440);
    uplink.onRtp(plainPacket(5, 41 * FRAME_TICKS), 460);
    expect(blocks()).toEqual([[0, 5]]);
  });

  test('the packet stays within what paths carry: the nearest frames first', () => {
    one.audio!.depth = 7;
    for (let n = 1; n <= 8; n++) uplink.onRtp(plainPacket(n, n * FRAME_TICKS, 300), n * 20);
    expect(blocks()).toEqual([
      [2, 6],
      [1, 7],
      [0, 8],
    ]);
    expect(sent.at(-1)!.payload.length).toBeLessThanOrEqual(1_100);
  });

  test('a lost frame that came later goes along with those after it', () => {
    one.audio!.depth = 3;
    uplink.onRtp(plainPacket(1), 20);
    uplink.onRtp(plainPacket(3), 60);
    expect(blocks()).toEqual([
      [2, 1],
      [0, 3],
    ]);
    uplink.onRtp(plainPacket(2), 70);
    expect(sent.at(-1)!.sequence, 'in its own place').toBe(101);
    uplink.onRtp(plainPacket(4), 80);
    expect(blocks()).toEqual([
      [3, 1],
      [2, 2],
      [1, 3],
      [0, 4],
    ]);
  });

  test('what is sent again is the same to the last byte, though depth and history changed', () => {
    one.audio!.depth = 2;
    for (const n of [1, 2, 4, 5]) uplink.onRtp(plainPacket(n), n * 20);
    const first = sent.at(-1)!;
    uplink.onRtp(plainPacket(3), 105);
    one.audio!.depth = 7;
    const count = sent.length;
    downlink.onRtcp({ type: 'nack', senderSsrc: 1, mediaSsrc: 5_000, sequenceNumbers: [first.sequence] }, 200);
    expect(sent).toHaveLength(count + 1);
    expect(sent.at(-1)).toEqual(first);
  });

  test('what later packets carry too is not sent again, unless they are lost as well', () => {
    one.audio!.depth = 2;
    for (let n = 1; n <= 10; n++) uplink.onRtp(plainPacket(n), n * 20);
    const ask = (...sequenceNumbers: number[]): void =>
      downlink.onRtcp({ type: 'nack', senderSsrc: 1, mediaSsrc: 5_000, sequenceNumbers }, 400);
    ask(104);
    ask(104, 105);
    expect(sent).toHaveLength(10);
    ask(104, 105, 106);
    expect(sent.slice(10).map((out) => out.sequence)).toEqual([104]);
  });

  test('what is sent again is never another packet: forgotten frames are not', () => {
    one.audio!.depth = 0;
    for (let n = 1; n <= 300; n++) uplink.onRtp(plainPacket(n), n * 20);
    const before = sent.length;
    const ask = (sequence: number): void =>
      downlink.onRtcp({ type: 'nack', senderSsrc: 1, mediaSsrc: 5_000, sequenceNumbers: [sequence] }, 7_000);
    ask(100 + 299 - 90);
    ask(100 + 299 - 200);
    expect(sent).toHaveLength(before);
    ask(100 + 299 - 20);
    expect(sent).toHaveLength(before + 1);
  });
});

describe('SFU-25 the depth follows the loss and the budget', () => {
  const random = (lossRatio: number) => ({ lossRatio, burstRatio: lossRatio });

  test('by loss', () => {
    expect([0, 0.02, 0.1, 0.2, 0.3, 0.5, 0.9].map((loss) => neededRedDepth(random(loss)))).toEqual([
      1, 1, 2, 3, 4, 7, 7,
    ]);
    expect(neededRedDepth({ lossRatio: 0.1, burstRatio: 0.6 }), 'in bursts').toBe(7);
  });

  test('by budget: nothing is left of it where only the frames themselves fit', () => {
    expect(affordableRedDepth(80, 50, Number.POSITIVE_INFINITY)).toBe(7);
    expect(affordableRedDepth(80, 50, 200_000)).toBe(4);
    expect(affordableRedDepth(80, 50, 60_000)).toBe(0);
  });

  test('up at once, down slowly', () => {
    const depth = new RedDepth();
    expect(depth.update(random(0.01), 7, 0)).toBe(1);
    expect(depth.update(random(0.3), 7, 500)).toBe(4);
    expect(depth.update(random(0.3), 2, 700), 'what cannot be paid is not sent').toBe(2);
    expect(depth.update(random(0), 7, 1_000)).toBe(4);
    const later: number[] = [];
    for (let nowMs = 1_500; nowMs <= 20_000; nowMs += 500) later.push(depth.update(random(0), 7, nowMs));
    expect(later[10]).toBe(4);
    expect(later.at(-1)).toBe(1);
    expect(new Set(later)).toEqual(new Set([4, 3, 2, 1]));
  });

  test('from the subscriber’s own feedback', () => {
    setUp('audio', [RED, OPUS], PEER_CODECS);
    const one = forwarder(100);
    one.start(0);
    let nowMs = 0;
    const feed = (lost: (i: number) => boolean, seconds: number): void => {
      for (let i = 0; i < seconds * 10; i++) {
        nowMs += 100;
        const arrivalsUs = Array.from({ length: 10 }, (_, at) => (lost(i * 10 + at) ? undefined : nowMs * 1_000));
        downlink.onRtcp(
          { type: 'transport-cc', senderSsrc: 1, mediaSsrc: 2, baseSequenceNumber: 0, feedbackCount: 0, arrivalsUs },
          nowMs,
        );
        downlink.tick(nowMs);
      }
    };
    feed(() => false, 5);
    expect(one.audio!.depth).toBe(1);
    feed((i) => (i * 7) % 10 < 3, 8);
    expect(one.audio!.depth).toBeGreaterThanOrEqual(4);
    downlink.bandwidth.capBps = 100_000;
    feed((i) => (i * 7) % 10 < 3, 1);
    expect(one.audio!.depth).toBeLessThanOrEqual(2);
  });
});

describe('SFU-26 lost sound comes back', () => {
  const asked = (): number[] => upRtcp.flatMap((report) => (report.type === 'nack' ? [...report.sequenceNumbers] : []));

  test('out of the redundancy of the next packet, in order and without a question', () => {
    setUp('audio', [RED, OPUS], [OPUS]);
    forwarder(100).start(0);
    uplink.onRtp(redPacket(1), 20);
    uplink.onRtp(redPacket(3), 60);
    for (let nowMs = 60; nowMs < 500; nowMs += 10) uplink.tick(nowMs);
    expect(sent.map((out) => [out.sequence, out.timestamp, out.payload[0]])).toEqual([
      [100, 1 * FRAME_TICKS, 1],
      [101, 2 * FRAME_TICKS, 2],
      [102, 3 * FRAME_TICKS, 3],
    ]);
    expect(asked()).toEqual([]);
    uplink.onRtp(redPacket(2), 510);
    expect(sent, 'it came already').toHaveLength(3);
  });

  test('what no redundancy has is asked for, offered or not', () => {
    setUp('audio', [RED, OPUS], [OPUS]);
    forwarder(100).start(0);
    uplink.onRtp(redPacket(1), 20);
    uplink.onRtp(redPacket(4), 80);
    uplink.tick(90);
    expect(asked()).toEqual([2]);
    uplink.onRtp(redPacket(2), 130);
    expect(sent.map((out) => out.sequence)).toEqual([100, 102, 103, 101]);
  });

  test('a retransmission brings what it carries besides', () => {
    setUp('audio', [RED, OPUS], [OPUS]);
    forwarder(100).start(0);
    uplink.onRtp(redPacket(1), 20);
    uplink.onRtp(redPacket(5), 100);
    uplink.onRtp(redPacket(3), 130);
    expect(sent.map((out) => out.payload[0])).toEqual([1, 4, 5, 2, 3]);
  });

  test('a block whose time does not fit between its neighbours is not believed', () => {
    setUp('audio', [RED, OPUS], [OPUS]);
    forwarder(100).start(0);
    uplink.onRtp(redPacket(1), 20);
    uplink.onRtp(redPacket(3, { age: 3 * FRAME_TICKS }), 60);
    expect(sent.map((out) => out.payload[0])).toEqual([1, 3]);
  });
});
