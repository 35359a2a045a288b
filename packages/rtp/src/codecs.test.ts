import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAv1KeyFrame, parseAv1AggregationHeader } from './av1.ts';
import { isH264Disposable, isH264KeyFrame } from './h264.ts';
import { fitsRedBlock, parseRed, writeRed } from './red.ts';
import { rewriteVp8, Vp8Head, writeVp8Descriptor } from './vp8.ts';
import { rewriteVp9, Vp9Head } from './vp9.ts';

const hex = (text: string): Buffer => Buffer.from(text.replace(/ /g, ''), 'hex');

describe('VP8', () => {
  test('reads a key frame with everything in its descriptor', () => {
    // X N S; I L T K; 15-bit picture id 0x1234; TL0 7; TID 2, Y, KEYIDX 5; key frame 640 × 360.
    const payload = hex('90 f0 9234 07 a5 10 02 00 9d012a 8002 6801');
    const head = new Vp8Head();
    expect(head.parse(payload, 0, payload.length)).toBe(true);
    expect(head).toMatchObject({
      length: 6,
      startOfPartition: true,
      nonReference: false,
      pictureId: 0x1234,
      pictureIdIsLong: true,
      tl0PictureIndex: 7,
      temporalId: 2,
      layerSync: true,
      keyIndex: 5,
      isKeyFrame: true,
      width: 640,
      height: 360,
    });
  });

  test('reads the plain descriptor and the short picture id; a continuation is no key frame', () => {
    const head = new Vp8Head();
    expect(head.parse(hex('00 00'), 0, 2)).toBe(true);
    expect(head).toMatchObject({ length: 1, pictureId: -1, tl0PictureIndex: -1, temporalId: -1, isKeyFrame: false });
    expect(head.parse(hex('a0 80 7f 00'), 0, 4)).toBe(true);
    expect(head).toMatchObject({ length: 3, pictureId: 127, pictureIdIsLong: false, nonReference: true });
    expect(head.parse(hex('10 01'), 0, 2)).toBe(true);
    expect(head.isKeyFrame).toBe(false);
  });

  test('rewrites in place and as a new descriptor', () => {
    const packet = hex('ffff 90 f0 9234 07 a5 10 02 00');
    const head = new Vp8Head();
    expect(head.parse(packet, 2, packet.length)).toBe(true);
    rewriteVp8(packet, 2, head, 0x7fff, 200, 31);
    const again = new Vp8Head();
    expect(again.parse(packet, 2, packet.length)).toBe(true);
    expect(again).toMatchObject({
      pictureId: 0x7fff,
      tl0PictureIndex: 200,
      keyIndex: 31,
      temporalId: 2,
      layerSync: true,
    });
    // From a 7-bit source to 15 bits.
    const short = hex('90 f0 05 07 65 10');
    expect(head.parse(short, 0, short.length)).toBe(true);
    const out = Buffer.alloc(8);
    const length = writeVp8Descriptor(out, 0, head, 300, 9, 1);
    expect(length).toBe(6);
    expect(again.parse(out, 0, length + 1)).toBe(true);
    expect(again).toMatchObject({
      pictureId: 300,
      pictureIdIsLong: true,
      tl0PictureIndex: 9,
      keyIndex: 1,
      temporalId: 1,
    });
  });
});

describe('VP9', () => {
  test('reads a key picture with its scalability structure', () => {
    // I L B V; 15-bit id; layer 0; TL0 3; structure: 2 layers with sizes, one picture without references.
    const payload = hex('aa 8102 00 03 38 0140 00b4 0280 0168 01 00 aabb');
    const head = new Vp9Head();
    expect(head.parse(payload, 0, payload.length)).toBe(true);
    expect(head).toMatchObject({
      pictureId: 0x102,
      temporalId: 0,
      spatialId: 0,
      tl0PictureIndex: 3,
      startOfFrame: true,
      endOfFrame: false,
      spatialLayerCount: 2,
      width: 640,
      height: 360,
      isKeyFrame: true,
      length: payload.length - 2,
    });
  });

  test('reads flexible mode references; a predicted picture is no key frame', () => {
    // I P L F B: references 3 and 1; layer T1 S1 with U and D.
    const payload = hex('f8 05 33 07 02 ff');
    const head = new Vp9Head();
    expect(head.parse(payload, 0, payload.length)).toBe(true);
    expect(head).toMatchObject({
      pictureId: 5,
      temporalId: 1,
      switchingUp: true,
      spatialId: 1,
      interLayerPredicted: true,
      tl0PictureIndex: -1,
      isKeyFrame: false,
      length: 5,
    });
    // A fourth reference is not allowed.
    expect(head.parse(hex('f8 05 33 07 07 07 ff'), 0, 7)).toBe(false);
  });
});

test('VP9 picture ids and TL0PICIDX are rewritten in place', () => {
  const packet = hex('ffff aa 8102 00 03 38 0140 00b4 0280 0168 01 00 aabb');
  const head = new Vp9Head();
  expect(head.parse(packet, 2, packet.length)).toBe(true);
  rewriteVp9(packet, 2, head, 0x7ffe, 255);
  expect(packet.subarray(0, 8)).toEqual(hex('ffff aa fffe 00 ff 38'));
  const short = hex('a8 05 00 07 ff');
  expect(head.parse(short, 0, short.length)).toBe(true);
  rewriteVp9(short, 0, head, 0x105, 8);
  expect(short).toEqual(hex('a8 05 00 08 ff'));
});

describe('H.264', () => {
  test.each([
    ['a slice nobody refers to', '01 9a', true],
    ['a slice others refer to', '41 9a', false],
    ['its fragment', '1c 81 00', true],
    ['STAP-A of such slices', '18 0002 019a', true],
    ['a message alone', '06 05', false],
    ['a fragment cut short', '1c', false],
    ['nothing', '', false],
  ])('disposable: %s', (_name, payload, disposable) => {
    expect(isH264Disposable(hex(payload))).toBe(disposable);
  });

  test.each([
    ['an IDR slice', '65 88', true],
    ['a parameter set', '67 42', true],
    ['a non-IDR slice', '41 9a', false],
    ['STAP-A with SPS and PPS', '78 0003 674200 0002 68ce', true],
    ['STAP-A with an IDR second', '78 0002 68ce 0002 6588', true],
    ['STAP-A without', '78 0002 419a 0002 68ce', false],
    ['STAP-A cut short', '78 00', false],
    ['FU-A that starts an IDR', '7c 85 00', true],
    ['FU-A in the middle', '7c 05 00', false],
    ['FU-A of a P slice', '7c 81 00', false],
    ['nothing', '', false],
  ])('%s', (_name, payload, isKeyFrame) => {
    expect(isH264KeyFrame(hex(payload))).toBe(isKeyFrame);
  });
});

describe('AV1', () => {
  test('reads the aggregation header', () => {
    expect(parseAv1AggregationHeader(0xd8)).toEqual({
      continuesPrevious: true,
      continuesNext: true,
      elementCount: 1,
      newSequence: true,
    });
  });

  test.each([
    ['N set', '18 0a0b', true],
    ['sequence header alone', '10 0a0b', true],
    ['sequence header with a length', '00 02 0a0b 30', true],
    ['sequence header with a long length', '20 8200 0a0b', true],
    ['a frame', '10 3200', false],
    ['a continuation', '90 0a00', false],
    ['a length that never ends', '00 ffffffffffffffffff', false],
  ])('%s', (_name, payload, isKeyFrame) => {
    expect(isAv1KeyFrame(hex(payload))).toBe(isKeyFrame);
  });
});

describe('RED', () => {
  test('reads two redundant blocks and the primary', () => {
    const payload = hex('ef 1e00 02 | ef 0f00 01 | 6f | aabb cc ddee'.replaceAll('|', ''));
    expect(parseRed(payload)).toEqual([
      { payloadType: 111, timestampOffset: 1920, offset: 9, length: 2 },
      { payloadType: 111, timestampOffset: 960, offset: 11, length: 1 },
      { payloadType: 111, timestampOffset: 0, offset: 12, length: 2 },
    ]);
  });

  test.each([
    ['nothing', ''],
    ['only a redundant head', 'ef 0f00 01'],
    ['a head cut short', 'ef 0f'],
    ['a block beyond the end', 'ef 0f00 05 6f aa'],
  ])('refuses %s', (_name, payload) => {
    expect(parseRed(hex(payload))).toBeUndefined();
  });

  test('what is written is read back; blocks that fit no header are left out', () => {
    const block = fc.record({
      timestampOffset: fc.integer({ min: 0, max: 20_000 }),
      data: fc.uint8Array({ maxLength: 50 }),
    });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 7 }), fc.uint8Array({ maxLength: 100 }), (blocks, data) => {
        const source = (timestampOffset: number, bytes: Uint8Array) => ({
          payloadType: 111,
          timestampOffset,
          source: bytes,
          offset: 0,
          length: bytes.length,
        });
        const out = Buffer.alloc(1500);
        const end = writeRed(
          out,
          10,
          blocks.map((entry) => source(entry.timestampOffset, entry.data)),
          source(0, data),
        );
        const read = parseRed(out, 10, end)!;
        const fitting = blocks.filter((entry) => fitsRedBlock(entry.timestampOffset, entry.data.length));
        expect(
          read.map((entry) => [entry.timestampOffset, out.subarray(entry.offset, entry.offset + entry.length)]),
        ).toEqual([
          ...fitting.map((entry) => [entry.timestampOffset, Buffer.from(entry.data)]),
          [0, Buffer.from(data)],
        ]);
        expect(
          writeRed(
            Buffer.alloc(end - 11),
            0,
            blocks.map((entry) => source(entry.timestampOffset, entry.data)),
            source(0, data),
          ),
        ).toBe(-1);
      }),
    );
  });
});

test('no payload head throws or reaches outside, whatever the bytes', () => {
  const vp8 = new Vp8Head();
  const vp9 = new Vp9Head();
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.integer({ min: -2, max: 45 }),
      fc.integer({ min: -2, max: 45 }),
      (raw, from, to) => {
        for (const head of [vp8, vp9]) {
          if (head.parse(raw, from, to)) expect(from + head.length).toBeLessThanOrEqual(to);
          if (head.parse(raw, 0, raw.length)) expect(head.length).toBeLessThanOrEqual(raw.length);
        }
        isH264KeyFrame(raw, from, to);
        isH264Disposable(raw, from, to);
        isAv1KeyFrame(raw, from, to);
        for (const block of parseRed(raw, 0, raw.length) ?? []) {
          expect(block.offset + block.length).toBeLessThanOrEqual(raw.length);
        }
        parseRed(raw, from, to);
      },
    ),
    { numRuns: 3_000 },
  );
});
