import { RtpView, Vp8Head } from '@alongside/rtp';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PeerCodec } from '../media/codecs.ts';
import { av1Encoder, type Encoder, h264Encoder, vp8Encoder, vp9Encoder } from '../media/synthetic-video.ts';
import { AV1, downlink, forwarder, H264, sent, setUp, uplink, VP8, VP9 } from '../media/testing.ts';
import { OpusStream } from '../recording/opus-stream.ts';
import { videoFormatOf } from '../recording/video-format.ts';
import { VideoStream } from '../recording/video-stream.ts';
import { assertHostile, hostileBytes } from './testing.ts';

const CODECS: [PeerCodec['name'], PeerCodec, boolean, () => Encoder][] = [
  ['vp8', VP8, true, () => vp8Encoder(100, 'q', 0, 7)],
  ['h264', H264, true, () => h264Encoder(100, 'q', 0)],
  ['vp9', VP9, false, () => vp9Encoder(100, true)],
  ['av1', AV1, false, () => av1Encoder(100)],
];

/** A few pictures as an honest sender has them, the first a key picture. */
function pictures(encoder: Encoder): Buffer[] {
  return Array.from({ length: 6 }, (_, i) => encoder.picture(3_000 * i, i === 0)).flat();
}

describe.each(CODECS)('SFU-54: damaged %s', (name, codec, simulcast, makeEncoder) => {
  const seeds = pictures(makeEncoder());
  const view = new RtpView();

  test('is forwarded or not, one number once, and never ends the path', () => {
    setUp('video', [codec], [codec], simulcast);
    const encoder = makeEncoder();
    const subscriber = forwarder();
    let nowMs = 1_000;
    subscriber.start(nowMs);
    for (const packet of pictures(encoder)) uplink.onRtp(packet, nowMs);
    assertHostile(
      fc.property(fc.array(hostileBytes(seeds), { maxLength: 6 }), fc.nat(3), (all, layer) => {
        for (const bytes of all) uplink.onRtp(Buffer.from(bytes), nowMs);
        if (layer === 3) subscriber.requestKeyFrame(nowMs);
        nowMs += 10;
        uplink.tick(nowMs);
        for (const one of downlink.forwarders) one.reselect(nowMs);
      }),
    );
    expect(sent.length).toBeGreaterThan(0);
    // A number may be sent again only as a repair, and that has a stream of its own.
    const numbers = sent.filter(({ ssrc }) => ssrc === 5_000).map(({ sequence }) => sequence);
    expect(new Set(numbers.slice(-1_000)).size).toBe(numbers.slice(-1_000).length);
  });

  test('is recorded or not, and what is given out is whole', () => {
    const format = videoFormatOf(name)!;
    const payloads = seeds.map((packet) => {
      expect(view.parse(packet)).toBe(true);
      return Buffer.from(view.payload());
    });
    let bytesIn = 0;
    let bytesOut = 0;
    const stream = new VideoStream({
      format,
      patienceMs: 100,
      emit({ data }) {
        for (const piece of data) bytesOut += piece.length;
        format.describe(data);
      },
      requestKeyFrame: () => {},
    });
    let sequence = 65_000;
    let nowMs = 0;
    assertHostile(
      fc.property(
        fc.array(fc.tuple(hostileBytes(payloads, 200), fc.boolean(), fc.constantFrom(1, 1, 1, 1, 2)), { maxLength: 6 }),
        (all) => {
          for (const [payload, marker, step] of all) {
            sequence = (sequence + step) & 0xffff;
            bytesIn += payload.length;
            stream.push(sequence, sequence * 10, marker, payload, nowMs);
            if (payload.length > 0) format.startsKeyFrame(payload);
          }
          nowMs += 40;
          stream.poll(nowMs);
        },
      ),
    );
    stream.finish();
    expect(bytesOut).toBeGreaterThan(0);
    // Start codes and lengths make a frame a little larger than its packets, and nothing makes it many times so.
    expect(bytesOut).toBeLessThan(3 * bytesIn);
  });
});

test('SFU-54: damaged sound is recorded as one unbroken line', () => {
  let samples = 0;
  const stream = new OpusStream({
    patienceMs: 100,
    emit(_packet, count) {
      expect(count).toBeGreaterThan(0);
      samples += count;
    },
  });
  const seeds = [
    Buffer.concat([Buffer.from([0x78]), Buffer.alloc(60, 7)]),
    Buffer.concat([Buffer.from([0x80 | 111, 0x0f, 0x00, 0x05, 111]), Buffer.alloc(60, 0x78)]),
  ];
  let sequence = 0;
  let nowMs = 0;
  assertHostile(
    fc.property(
      hostileBytes(seeds, 300),
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 5_000 }),
      (payload, red, step, jump) => {
        sequence = (sequence + step) & 0xffff;
        nowMs += 20 * step;
        stream.push(sequence, (nowMs * 48 + jump) >>> 0, payload, red, nowMs);
      },
    ),
    2,
  );
  stream.finish();
  // Never much more sound than time went by: a timestamp that jumps must not fill a disk.
  expect(samples).toBeLessThan((nowMs + 10_000) * 48 * 1.5);
});

test('SFU-54: a VP8 head of every length', () => {
  const head = new Vp8Head();
  const whole = Buffer.from('90e0800100100000009d012a4001b400', 'hex');
  for (let length = 0; length <= whole.length; length++) head.parse(whole, 0, length);
});
