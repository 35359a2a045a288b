import {
  buildRtcp,
  DependencyDescriptor,
  DependencyStructure,
  isAv1KeyFrame,
  isH264Disposable,
  isH264IdrSlice,
  isH264KeyFrame,
  isRtcp,
  parseRed,
  parseRtcp,
  parseSdp,
  type RtcpPacket,
  RtpView,
  SdpError,
  Vp8Head,
  Vp9Head,
  writeRed,
  writeSdp,
} from '@alongside/rtp';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { downlink, forwarder, frame, OPUS, packet, RED, setUp, uplink, VP8, vp8 } from '../media/testing.ts';
import { media, offer, SLOTS } from '../room/testing.ts';
import { assertHostile, hostileBytes, hostileText } from './testing.ts';

const COMPOUNDS: RtcpPacket[][] = [
  [
    {
      type: 'sr',
      senderSsrc: 100,
      ntp: { seconds: 1, fraction: 2 },
      rtpTimestamp: 3,
      packetCount: 4,
      octetCount: 5,
      reports: [
        { ssrc: 5_000, fractionLost: 9, cumulativeLost: -3, extendedHighestSequence: 7, jitter: 1, lsr: 2, dlsr: 3 },
      ],
    },
    { type: 'sdes', chunks: [{ ssrc: 100, cname: 'name' }] },
  ],
  [
    { type: 'rr', senderSsrc: 1, reports: [] },
    { type: 'bye', ssrcs: [1, 2] },
  ],
  [{ type: 'nack', senderSsrc: 1, mediaSsrc: 5_000, sequenceNumbers: [1, 2, 17, 65_535] }],
  [{ type: 'pli', senderSsrc: 1, mediaSsrc: 5_000 }],
  [{ type: 'fir', senderSsrc: 1, mediaSsrc: 5_000, entries: [{ ssrc: 5_000, sequenceNumber: 1 }] }],
  [
    {
      type: 'transport-cc',
      senderSsrc: 1,
      mediaSsrc: 5_000,
      baseSequenceNumber: 65_530,
      feedbackCount: 3,
      arrivalsUs: Array.from({ length: 40 }, (_, i) => (i % 3 === 1 ? undefined : 64_000 + i * 1_000)),
    },
  ],
  [{ type: 'remb', senderSsrc: 1, bitrateBps: 1_000_000, ssrcs: [5_000] }],
];
const RTCP = COMPOUNDS.map((compound) => buildRtcp(compound));

const RTP = [
  packet(100, 1, 3_000, vp8(true, 1), { mid: 'm', rid: 'q', transport: 1 }),
  packet(200, 2, 3_000, vp8(false, 2), { mid: 'm', rid: 'h', level: 30 }),
  packet(101, 3, 3_000, Buffer.concat([Buffer.from([0, 1]), vp8(true, 1)]), {
    mid: 'm',
    repairedRid: 'q',
    payloadType: 97,
  }),
];

function red(): Buffer {
  const out = Buffer.alloc(200);
  const source = (timestampOffset: number, byte: number) => ({
    ...{ payloadType: 111, timestampOffset, source: Buffer.alloc(20, byte), offset: 0, length: 20 },
  });
  return out.subarray(0, writeRed(out, 0, [source(1_920, 1), source(960, 2)], source(0, 3)));
}

const PAYLOADS = [
  vp8(true, 77, 3),
  Buffer.from([0xf8, 0x81, 0x02, 0x20, 0x11, 0x18, 0x01, 0x40, 0x00, 0xb4, 0x82, 0x49, 0x83, 0x42]),
  Buffer.from([0x78, 0x00, 0x04, 0x67, 0x42, 0x00, 0x1f, 0x00, 0x02, 0x68, 0xce, 0x00, 0x02, 0x65, 0x88]),
  Buffer.from([0x7c, 0x85, 0x88, 0x80, 0x10]),
  Buffer.from([0x18, 0x0a, 0x0b, 0x00, 0x00, 0x00, 0x24, 0xc4, 0xff, 0xdf, 0x00, 0x32, 0x10]),
];

const SDP = offer([...SLOTS(2, 2), media('video', 'send', 'sendonly', 'cam')]).sdp;

describe('SFU-54: media bytes of any kind', () => {
  test('RTCP: what is read keeps within bounds and can be written again', () => {
    assertHostile(
      fc.property(hostileBytes(RTCP), (bytes) => {
        const packets = parseRtcp(bytes);
        isRtcp(bytes);
        if (!packets) return;
        expect(packets.length).toBeLessThanOrEqual(bytes.length / 4);
        for (const entry of packets) {
          // Seventeen for each four bytes of a NACK; a run of feedback says 8,191 in two bytes, and its times are there.
          if (entry.type === 'nack') expect(entry.sequenceNumbers.length).toBeLessThanOrEqual(bytes.length * 5);
          if (entry.type === 'transport-cc') expect(entry.arrivalsUs.length).toBeLessThanOrEqual(65_535);
        }
      }),
      4,
    );
  });

  test('RTP: header, extensions and payload lie inside the packet', () => {
    const view = new RtpView();
    assertHostile(
      fc.property(hostileBytes(RTP), (bytes) => {
        if (!view.parse(bytes)) return;
        expect(view.headerLength + view.payloadLength).toBeLessThanOrEqual(bytes.length);
        expect(view.payload().length).toBe(view.payloadLength);
        for (let i = 0; i < view.extensionCount; i++) {
          expect(view.extensionOffset(i) + view.extensionLength(i)).toBeLessThanOrEqual(bytes.length);
          view.extensionText(view.extensionId(i));
        }
      }),
      4,
    );
  });

  test('RED: blocks lie inside the payload', () => {
    assertHostile(
      fc.property(hostileBytes([red()], 300), (bytes) => {
        for (const block of parseRed(bytes) ?? []) {
          expect(block.offset + block.length).toBeLessThanOrEqual(bytes.length);
        }
      }),
      2,
    );
  });

  test('VP8, VP9, H264 and AV1 heads', () => {
    const heads = [new Vp8Head(), new Vp9Head()];
    assertHostile(
      fc.property(hostileBytes(PAYLOADS, 64), (bytes) => {
        for (const head of heads) {
          if (head.parse(bytes, 0, bytes.length)) expect(head.length).toBeLessThanOrEqual(bytes.length);
        }
        isH264KeyFrame(bytes);
        isH264IdrSlice(bytes);
        isH264Disposable(bytes);
        isAv1KeyFrame(bytes);
      }),
      4,
    );
  });

  test('a session description is read or refused by its own error', () => {
    assertHostile(
      fc.property(hostileText([SDP]), (text) => {
        try {
          const session = parseSdp(text);
          writeSdp(session);
        } catch (error) {
          expect(error).toBeInstanceOf(SdpError);
        }
      }),
      2,
    );
  });
});

describe('SFU-54: the media path, fed with it', () => {
  beforeEach(() => setUp('video', [VP8], [VP8]));

  test('video: a receiver that was fed garbage goes on with what is good', () => {
    const sender = forwarder();
    let nowMs = 1_000;
    frame('q', 1, 3_000, true, nowMs);
    sender.start(nowMs);
    assertHostile(
      fc.property(
        fc.array(hostileBytes(RTP), { maxLength: 5 }),
        fc.array(hostileBytes(RTCP), { maxLength: 3 }),
        (up, down) => {
          for (const bytes of up) uplink.onRtp(Buffer.from(bytes), nowMs);
          for (const bytes of down) for (const entry of parseRtcp(bytes) ?? []) downlink.onRtcp(entry, nowMs);
          nowMs += 10;
          uplink.tick(nowMs);
          downlink.tick(nowMs);
          uplink.reports(nowMs);
        },
      ),
    );
    expect(sender.packets).toBeGreaterThan(0);
    expect([...uplink.streams].length).toBeLessThanOrEqual(12);
  });

  test('audio: redundancy of any shape', () => {
    setUp('audio', [OPUS, RED], [OPUS, RED]);
    forwarder().start(1_000);
    const seeds = [
      packet(100, 1, 960, red(), { payloadType: 63, mid: 'm' }),
      packet(100, 2, 1_920, Buffer.alloc(30, 7), { payloadType: 111, mid: 'm' }),
    ];
    let nowMs = 1_000;
    assertHostile(
      fc.property(hostileBytes(seeds), (bytes) => {
        nowMs += 20;
        uplink.onRtp(Buffer.from(bytes), nowMs);
        uplink.tick(nowMs);
      }),
      2,
    );
  });
});

test('SFU-54: a dependency descriptor is read or refused, never beyond its bytes', () => {
  // Of L1T2: a key frame with its structure, and a frame that refers to it.
  const structured = [
    ...['11000101', '0000000000000111', '10000', '00010100001', '000111', '101010100001', '010001010000', '0'],
    ...['10', '000000100001', '1', '0000001001111111', '0000000101100111'],
  ].join('');
  const key = Buffer.from((structured.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
  const descriptor = new DependencyDescriptor();
  const structure = new DependencyStructure();
  const spare = new DependencyStructure();
  expect(descriptor.parse(key, 0, key.length, undefined, structure)).toBe(true);
  assertHostile(
    fc.property(hostileBytes([key, Buffer.from([0xc5, 0, 8])], 300), (bytes) => {
      if (!descriptor.parse(bytes, 0, bytes.length, structure, spare)) return;
      expect(descriptor.usedBits).toBeLessThanOrEqual(bytes.length * 8);
      expect(descriptor.frameDiffCount).toBeLessThanOrEqual(8);
    }),
    4,
  );
});
