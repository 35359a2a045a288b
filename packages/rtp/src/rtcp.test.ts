import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRtcp, type RtcpPacket } from './rtcp.ts';
import { buildRtcp } from './rtcp-build.ts';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u8 = fc.integer({ min: 0, max: 255 });
const report = fc.record({
  ssrc: u32,
  fractionLost: u8,
  cumulativeLost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
  extendedHighestSequence: u32,
  jitter: u32,
  lsr: u32,
  dlsr: u32,
});
const reports = fc.array(report, { maxLength: 31 });

const packet: fc.Arbitrary<RtcpPacket> = fc.oneof(
  fc.record({
    type: fc.constant('sr' as const),
    senderSsrc: u32,
    ntp: fc.record({ seconds: u32, fraction: u32 }),
    rtpTimestamp: u32,
    packetCount: u32,
    octetCount: u32,
    reports,
  }),
  fc.record({ type: fc.constant('rr' as const), senderSsrc: u32, reports }),
  fc.record({
    type: fc.constant('sdes' as const),
    chunks: fc.array(fc.record({ ssrc: u32, cname: fc.string({ maxLength: 60 }) }), { maxLength: 31 }),
  }),
  fc.record({ type: fc.constant('bye' as const), ssrcs: fc.array(u32, { maxLength: 31 }) }),
  fc.record({ type: fc.constant('pli' as const), senderSsrc: u32, mediaSsrc: u32 }),
  fc.record({
    type: fc.constant('fir' as const),
    senderSsrc: u32,
    mediaSsrc: u32,
    entries: fc.array(fc.record({ ssrc: u32, sequenceNumber: u8 }), { maxLength: 8 }),
  }),
);

describe('RTCP', () => {
  test('what is written is read back, alone and in compounds', () => {
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 5 }), (packets) => {
        expect(parseRtcp(buildRtcp(packets))).toEqual(packets);
      }),
    );
  });

  test('a compound of a browser: receiver report and REMB', () => {
    // Report about 0x12345678: a quarter lost, 7 in all; then REMB 1,000,000 bit/s for one SSRC.
    const bytes = Buffer.from(
      `81c90007${'0000000140'.slice(0, 8)}12345678400000070001ffff0000000a0000000000000000` +
        '8fce0005000000010000000052454d42010ef42412345678',
      'hex',
    );
    const packets = parseRtcp(bytes)!;
    expect(packets[0]).toMatchObject({
      type: 'rr',
      reports: [
        { ssrc: 0x12345678, fractionLost: 0x40, cumulativeLost: 7, extendedHighestSequence: 0x1ffff, jitter: 10 },
      ],
    });
    expect(packets[1]).toMatchObject({ type: 'remb', senderSsrc: 1, ssrcs: [0x12345678] });
    expect((packets[1] as { bitrateBps: number }).bitrateBps).toBe(0x2f424 << 3);
  });

  test('REMB keeps 18 significant bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.array(u32, { maxLength: 5 }), (bitrateBps, ssrcs) => {
        const [remb] = parseRtcp(buildRtcp([{ type: 'remb', senderSsrc: 1, bitrateBps, ssrcs }]))!;
        expect(remb).toMatchObject({ type: 'remb', ssrcs });
        const read = (remb as { bitrateBps: number }).bitrateBps;
        expect(read).toBeLessThanOrEqual(bitrateBps);
        expect(read).toBeGreaterThanOrEqual(bitrateBps * (1 - 2 ** -17));
      }),
    );
  });

  test('NACK packs what follows within 16, over the wrap', () => {
    const bytes = buildRtcp([
      { type: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers: [65_534, 65_535, 0, 14, 15, 100] },
    ]);
    // 65,534 with bits for +1, +2 and +16; 15 is 17 away and begins the next pair.
    expect(bytes.toString('hex')).toBe('81cd00050000000100000002fffe8003000f00000064' + '0000');
    expect(parseRtcp(bytes)).toEqual([
      { type: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers: [65_534, 65_535, 0, 14, 15, 100] },
    ]);
  });

  test('NACK carries any set', () => {
    fc.assert(
      fc.property(fc.uniqueArray(u16, { minLength: 1, maxLength: 100 }), (sequenceNumbers) => {
        const [nack] = parseRtcp(buildRtcp([{ type: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers }]))!;
        const read = (nack as { sequenceNumbers: number[] }).sequenceNumbers;
        expect([...new Set(read)].sort()).toEqual([...sequenceNumbers].sort());
      }),
    );
  });

  test('unknown and broken members are left out, the chain must hold', () => {
    const pli = buildRtcp([{ type: 'pli', senderSsrc: 1, mediaSsrc: 2 }]);
    const unknown = Buffer.from('80cf000100000001', 'hex');
    const shortReport = Buffer.from('81c9000100000001', 'hex');
    expect(parseRtcp(Buffer.concat([unknown, shortReport, pli]))).toEqual([
      { type: 'pli', senderSsrc: 1, mediaSsrc: 2 },
    ]);
    expect(parseRtcp(pli.subarray(0, 10))).toBeUndefined();
    expect(parseRtcp(Buffer.alloc(0))).toBeUndefined();
    expect(parseRtcp(Buffer.concat([pli, Buffer.from([0x80])]))).toBeUndefined();
    expect(parseRtcp(Buffer.from('a0c9000100000000', 'hex'))).toBeUndefined();
  });

  test('never throws, whatever the bytes', () => {
    const type = fc.constantFrom(200, 201, 202, 203, 204, 205, 206, 207);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), type, u8, (raw, packetType, count) => {
        const body = Buffer.from(raw.subarray(0, raw.length & ~3));
        const header = Buffer.from([0x80 | (count & 0x3f), packetType, 0, body.length / 4]);
        expect(() => parseRtcp(Buffer.concat([header, body]))).not.toThrow();
        expect(() => parseRtcp(Buffer.from(raw))).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('transport-wide feedback', () => {
  test('reads the draft’s chunks: run length, one-bit and two-bit vectors', () => {
    const bytes = Buffer.from(
      // header, SSRCs; base 5, 16 statuses, reference time 2 (128 ms), count 9
      '8fcd0007' +
        '0000000100000002' +
        '00050010' +
        '00000209' +
        // 2 × received small; one-bit vector 1 0 1 then zeros (14 statuses)
        '2002' +
        'a800' + // deltas: 4, 8, 12, 16 ticks of 250 µs
        '04080c10' +
        '00000000'.slice(0, 8),
      'hex',
    );
    const [feedback] = parseRtcp(bytes)!;
    expect(feedback).toMatchObject({ type: 'transport-cc', baseSequenceNumber: 5, feedbackCount: 9 });
    const { arrivalsUs } = feedback as { arrivalsUs: (number | undefined)[] };
    expect(arrivalsUs).toHaveLength(16);
    expect(arrivalsUs.slice(0, 5)).toEqual([129_000, 131_000, 134_000, undefined, 138_000]);
    expect(arrivalsUs.slice(5).every((time) => time === undefined)).toBe(true);
  });

  test('what is written is read back: losses, reordering, pauses', () => {
    const gap = fc.oneof(fc.constant(undefined), fc.integer({ min: -400, max: 2_000 }));
    fc.assert(
      fc.property(
        u16,
        u8,
        fc.integer({ min: 0, max: 2 ** 23 * 256 - 2 ** 20 }),
        fc.array(gap, { minLength: 1, maxLength: 300 }),
        (baseSequenceNumber, feedbackCount, startTicks, gaps) => {
          let ticks = startTicks + 100_000;
          const arrivalsUs = gaps.map((step) => {
            if (step === undefined) return undefined;
            ticks += step;
            return ticks * 250;
          });
          const packet = {
            type: 'transport-cc' as const,
            senderSsrc: 1,
            mediaSsrc: 2,
            baseSequenceNumber,
            feedbackCount,
            arrivalsUs,
          };
          expect(parseRtcp(buildRtcp([packet]))).toEqual([packet]);
        },
      ),
    );
  });

  test('a pause too long for a delta is told as a loss, not as a wrong time', () => {
    const packet = {
      type: 'transport-cc' as const,
      senderSsrc: 1,
      mediaSsrc: 2,
      baseSequenceNumber: 0,
      feedbackCount: 0,
      arrivalsUs: [64_000, 64_000 + 9_000_000, 65_000],
    };
    expect(parseRtcp(buildRtcp([packet]))).toEqual([{ ...packet, arrivalsUs: [64_000, undefined, 65_000] }]);
  });

  test('hostile counts end', () => {
    // 65,535 statuses announced, a run of none.
    const none = Buffer.from('8fcd000500000001000000020000ffff0000000000000000', 'hex');
    expect(parseRtcp(none)).toEqual([]);
    // 65,535 of them in nine runs.
    const claimed = Buffer.from(`8fcd000900000001000000020000ffff00000000${'1fff'.repeat(9)}0000`, 'hex');
    expect(parseRtcp(claimed)).toEqual([]);
    const missing = Buffer.from('8fcd000500000001000000020000ffff000000003fff3fff', 'hex');
    expect(parseRtcp(missing)).toEqual([]);
  });
});
