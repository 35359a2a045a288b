import { describe, expect, test } from 'vitest';
import { downlink, forwarder, OPUS, packet, RED, sent, setUp, uplink, VP8 } from './testing.ts';

describe('audio', () => {
  const red = Buffer.from([0x80 | 111, 0, 4, 2, 111, 1, 2, 7, 8, 9]);

  test('a subscriber without RED gets the Opus inside', () => {
    setUp('audio', [RED, OPUS], [{ ...OPUS, payloadType: 109 }]);
    forwarder(100).start(0);
    uplink.onRtp(packet(50, 1, 960, red, { payloadType: 63, mid: 'm' }), 0);
    expect(sent[0]!.payloadType).toBe(109);
    expect([...sent[0]!.payload]).toEqual([7, 8, 9]);
  });

  test('lost sound is sent again on its own stream', () => {
    setUp('audio', [OPUS], [OPUS]);
    forwarder(100).start(0);
    uplink.onRtp(packet(50, 1, 960, Buffer.from([1]), { payloadType: 111, mid: 'm' }), 0);
    downlink.onRtcp({ type: 'nack', senderSsrc: 1, mediaSsrc: 5_000, sequenceNumbers: [100] }, 50);
    expect(sent.map((out) => [out.ssrc, out.sequence])).toEqual([
      [5_000, 100],
      [5_000, 100],
    ]);
    expect(sent[1]).toEqual(sent[0]);
  });

  // In RED the head of a frame that nothing comes along with is its payload type alone.
  test.each([
    ['bare', OPUS, []],
    ['with redundancy', RED, [111]],
  ])('empty packets, with which a browser that sends no picture probes, leave no gap: %s', (_, codec, head) => {
    setUp('audio', [RED, OPUS], [OPUS]);
    forwarder(100).start(0);
    for (const [sequence, payload] of [
      [1, [...head, 1]],
      [2, []],
      [3, []],
      [4, [...head, 2]],
    ] as const) {
      const { payloadType } = codec;
      uplink.onRtp(packet(50, sequence, 960 * sequence, Buffer.from(payload), { payloadType, mid: 'm' }), 0);
    }
    expect(sent.map((out) => [out.sequence, ...out.payload])).toEqual([
      [100, 1],
      [101, 2],
    ]);
  });

  test('a codec the subscriber has not is not sent', () => {
    setUp('audio', [OPUS], [VP8]);
    forwarder(100).start(0);
    uplink.onRtp(packet(50, 1, 960, Buffer.from([1]), { payloadType: 111, mid: 'm' }), 0);
    expect(sent).toHaveLength(0);
  });
});
