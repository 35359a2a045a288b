import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyDatagram } from './demux.ts';
import { audioLevelDbov, audioVoiceActivity } from './header-extensions.ts';
import {
  RtpView,
  readRtpSsrc,
  setRtpMarker,
  setRtpPayloadType,
  setRtpSequenceNumber,
  setRtpSsrc,
  setRtpTimestamp,
} from './rtp-view.ts';
import { RtpWriter } from './rtp-writer.ts';

/** Opus by Chromium: marker, type 111, one-byte extensions audio level (1), abs-send-time (2), transport-cc (3), mid (4). */
const OPUS = Buffer.from(
  '90ef1234000003c0deadbeef' + 'bede0003' + '1085' + '22abcdef' + '310007' + '4030' + '00' + 'fc01020304',
  'hex',
);

describe('RtpView', () => {
  test('reads a packet with one-byte extensions', () => {
    const view = new RtpView();
    expect(view.parse(OPUS)).toBe(true);
    expect(view).toMatchObject({
      marker: true,
      payloadType: 111,
      sequenceNumber: 0x1234,
      timestamp: 960,
      ssrc: 0xdeadbeef,
      headerLength: 28,
      payloadLength: 5,
      paddingLength: 0,
      extensionProfile: 0xbede,
      extensionCount: 4,
    });
    expect(audioLevelDbov(view.extensionU8(1))).toBe(5);
    expect(audioVoiceActivity(view.extensionU8(1))).toBe(true);
    expect(view.extensionU24(2)).toBe(0xabcdef);
    expect(view.extensionU16(3)).toBe(7);
    expect(view.extensionText(4)).toBe('0');
    expect(view.extensionU8(9)).toBe(-1);
    expect(audioLevelDbov(view.extensionU8(9))).toBe(-1);
    expect(view.extension(9)).toBeUndefined();
    expect(view.payload().toString('hex')).toBe('fc01020304');
    expect(readRtpSsrc(OPUS)).toBe(0xdeadbeef);
  });

  test('reads two-byte extensions, CSRCs and padding', () => {
    const packet = Buffer.from(
      'b2600001000000010000000a' + '0000000b0000000c' + '10000002' + '0a00' + '14021234' + '0000' + 'aabb' + '000003',
      'hex',
    );
    const view = new RtpView();
    expect(view.parse(packet)).toBe(true);
    expect(view.csrcCount).toBe(2);
    expect(view.extensionCount).toBe(2);
    expect(view.extension(10)).toHaveLength(0);
    expect(view.extensionU16(20)).toBe(0x1234);
    expect(view.payload().toString('hex')).toBe('aabb');
    expect(view.paddingLength).toBe(3);
  });

  test('stops at the reserved id and keeps what came before', () => {
    const packet = Buffer.from('906f0001000000010000000a' + 'bede0002' + '1005' + 'f0' + '00' + '20070000', 'hex');
    const view = new RtpView();
    expect(view.parse(packet)).toBe(true);
    expect(view.extensionCount).toBe(1);
    expect(view.extensionU8(1)).toBe(5);
  });

  test.each([
    ['too short', '806f00010000000100000a'],
    ['version 1', '406f0001000000010000000a'],
    ['CSRCs beyond the end', '8f6f0001000000010000000a00'],
    ['an extension block beyond the end', '906f0001000000010000000abede0002aabbccdd'],
    ['an extension head beyond the end', '906f0001000000010000000abede'],
    ['padding of zero', 'a06f0001000000010000000aaa00'],
    ['padding into the header', 'a06f0001000000010000000aaa03'],
  ])('refuses %s', (_name, hex) => {
    expect(new RtpView().parse(Buffer.from(hex, 'hex'))).toBe(false);
  });

  test('never throws nor points outside, whatever the bytes', () => {
    const view = new RtpView();
    const bytes = fc.uint8Array({ maxLength: 128 });
    const head = fc.constantFrom(0x80, 0x90, 0xb0, 0xbf, 0x9f);
    fc.assert(
      fc.property(bytes, head, fc.constantFrom('bede', '1000', '0000'), (raw, first, profile) => {
        const packet = Buffer.from(raw);
        if (packet.length > 0) packet[0] = first;
        if (packet.length > 15) Buffer.from(profile, 'hex').copy(packet, 12);
        if (!view.parse(packet)) return;
        expect(view.headerLength + view.payloadLength + view.paddingLength).toBe(packet.length);
        for (let i = 0; i < view.extensionCount; i++) {
          expect(view.extensionOffset(i) + view.extensionLength(i)).toBeLessThanOrEqual(view.headerLength);
          expect(view.extensionId(i)).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('fields are rewritten in place', () => {
    const packet = Buffer.from(OPUS);
    setRtpMarker(packet, false);
    setRtpPayloadType(packet, 63);
    setRtpSequenceNumber(packet, 0xfffe);
    setRtpTimestamp(packet, 0xfedcba98);
    setRtpSsrc(packet, 0x80000001);
    const view = new RtpView();
    expect(view.parse(packet)).toBe(true);
    expect(view).toMatchObject({
      marker: false,
      payloadType: 63,
      sequenceNumber: 0xfffe,
      timestamp: 0xfedcba98,
      ssrc: 0x80000001,
    });
    setRtpMarker(packet, true);
    expect(packet[1]).toBe(0x80 | 63);
  });
});

describe('RtpWriter', () => {
  test('writes what the view reads, for any fields', () => {
    const writer = new RtpWriter();
    const view = new RtpView();
    const extension = fc.record({ id: fc.integer({ min: 1, max: 40 }), data: fc.uint8Array({ maxLength: 40 }) });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 127 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 65_535 }),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.uniqueArray(extension, { selector: (entry) => entry.id, maxLength: 8 }),
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 0, max: 255 }),
        (payloadType, marker, sequenceNumber, number, extensions, payload, padding) => {
          writer.start(payloadType, marker, sequenceNumber, number, number, true);
          for (const { id, data } of extensions) expect(writer.addExtension(id, data, 0, data.length)).toBe(true);
          writer.endHeader();
          writer.append(Buffer.from(payload), 0, payload.length);
          if (padding > 0) writer.appendPadding(padding);
          expect(writer.overflowed).toBe(false);
          expect(view.parse(writer.buffer, writer.length)).toBe(true);
          expect(view).toMatchObject({ payloadType, marker, sequenceNumber, timestamp: number, ssrc: number });
          expect(view.paddingLength).toBe(padding);
          expect(view.payload().equals(payload)).toBe(true);
          expect(view.extensionCount).toBe(extensions.length);
          for (const { id, data } of extensions) expect(view.extension(id)!.equals(data)).toBe(true);
        },
      ),
    );
  });

  test('small extensions take the one-byte form; large ones are left out unless mixing is allowed', () => {
    const writer = new RtpWriter();
    const view = new RtpView();
    writer.start(96, false, 1, 2, 3);
    expect(writer.addExtensionU16(3, 0xfffe)).toBe(true);
    expect(writer.addExtensionU24(2, 0x123456)).toBe(true);
    expect(writer.addExtensionU8(1, 9)).toBe(true);
    expect(writer.addExtension(12, Buffer.alloc(17), 0, 17)).toBe(false);
    expect(writer.addExtension(15, Buffer.alloc(1), 0, 1)).toBe(false);
    writer.endHeader();
    expect(view.parse(writer.toBuffer())).toBe(true);
    expect(view.extensionProfile).toBe(0xbede);
    expect([view.extensionU16(3), view.extensionU24(2), view.extensionU8(1)]).toEqual([0xfffe, 0x123456, 9]);
    writer.start(96, false, 1, 2, 3, true);
    writer.addExtensionU16(3, 0xfffe);
    expect(writer.addExtension(12, Buffer.alloc(17, 5), 0, 17)).toBe(true);
    writer.endHeader();
    expect(view.parse(writer.toBuffer())).toBe(true);
    expect(view.extensionProfile).toBe(0x1000);
    expect(view.extensionU16(3)).toBe(0xfffe);
    expect(view.extension(12)).toEqual(Buffer.alloc(17, 5));
  });

  test('tells when something did not fit', () => {
    const writer = new RtpWriter();
    writer.start(96, false, 1, 2, 3);
    writer.endHeader();
    writer.append(Buffer.alloc(2_100), 0, 2_100);
    expect(writer.overflowed).toBe(true);
    writer.start(96, false, 1, 2, 3);
    expect(writer.overflowed).toBe(false);
    writer.endHeader();
    writer.append(Buffer.alloc(5), 3, 4);
    expect(writer.overflowed).toBe(true);
  });

  test('an RTX payload begins with the original number', () => {
    const writer = new RtpWriter();
    writer.start(97, true, 10, 20, 30);
    writer.endHeader();
    writer.appendU16(0xabcd);
    writer.append(Buffer.from('0102', 'hex'), 0, 2);
    expect(writer.toBuffer().toString('hex')).toBe('80e1000a000000140000001eabcd0102');
  });
});

test('datagrams are told apart by their first bytes', () => {
  expect(classifyDatagram(Buffer.from([0, 1]))).toBe('stun');
  expect(classifyDatagram(Buffer.from([22, 254]))).toBe('dtls');
  expect(classifyDatagram(Buffer.from([0x80, 200]))).toBe('rtcp');
  expect(classifyDatagram(Buffer.from([0x80, 192]))).toBe('rtcp');
  expect(classifyDatagram(Buffer.from([0x80, 223]))).toBe('rtcp');
  expect(classifyDatagram(Buffer.from([0x80, 191]))).toBe('rtp');
  expect(classifyDatagram(Buffer.from([0x80, 224]))).toBe('rtp');
  expect(classifyDatagram(Buffer.from([0x80, 96]))).toBe('rtp');
  expect(classifyDatagram(Buffer.from([0x40, 96]))).toBe('unknown');
  expect(classifyDatagram(Buffer.from([0x80]))).toBe('unknown');
});
