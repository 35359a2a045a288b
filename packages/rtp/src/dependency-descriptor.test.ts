import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allTargets,
  DependencyDescriptor,
  DependencyStructure,
  writeActiveDecodeTargets,
} from './dependency-descriptor.ts';

/** A string of zeros and ones, spaces ignored, filled up to whole bytes. */
function bits(text: string): Buffer {
  const digits = text.replace(/\s/g, '');
  const out = Buffer.alloc(Math.ceil(digits.length / 8));
  for (let i = 0; i < digits.length; i++) if (digits[i] === '1') out[i >> 3] = out[i >> 3]! | (0x80 >> (i & 7));
  return out;
}

/** L1T2 of the specification's examples: two decode targets, one chain, three templates. */
function keyFrame(): Buffer {
  return bits(
    [
      '1 1 000101 0000000000000111', // start, end, template 5, frame 7
      '1 0 0 0 0', // structure only
      '000101 00001',
      '00 01 11',
      '1010 1010 0001',
      '0 1 0001 0 1 0000 0',
      '10', // ns(3): 1 chain
      // ns(1) of each target takes no bits
      '0000 0010 0001',
      '1 0000001001111111 0000000101100111', // 640 × 360
    ].join(''),
  );
}

const delta = (template: number, frame: number): Buffer =>
  bits(`11${template.toString(2).padStart(6, '0')}${frame.toString(2).padStart(16, '0')}`);

describe('dependency descriptor', () => {
  test('reads a structure and the frames after it', () => {
    const descriptor = new DependencyDescriptor();
    const structure = new DependencyStructure();
    const key = keyFrame();
    expect(descriptor.parse(key, 0, key.length, undefined, structure)).toBe(true);
    expect(descriptor).toMatchObject({
      startOfFrame: true,
      endOfFrame: true,
      frameNumber: 7,
      hasStructure: true,
      spatialId: 0,
      temporalId: 0,
      frameDiffCount: 0,
      activeDecodeTargets: 3,
    });
    expect(structure).toMatchObject({ templateIdOffset: 5, templateCount: 3, decodeTargetCount: 2, chainCount: 1 });
    expect([structure.widths[0], structure.heights[0]]).toEqual([640, 360]);
    expect([...structure.targetTemporalIds.subarray(0, 2)]).toEqual([0, 1]);
    const spare = new DependencyStructure();
    const upper = delta(7, 8);
    expect(descriptor.parse(upper, 0, 3, structure, spare)).toBe(true);
    expect(descriptor).toMatchObject({
      temporalId: 1,
      frameDiffCount: 1,
      hasStructure: false,
      activeDecodeTargets: -1,
    });
    expect([...descriptor.indications.subarray(0, 2)], 'no part of target 0, discardable for 1').toEqual([0, 1]);
    expect([descriptor.frameDiffs[0], descriptor.chainDiffs[0]]).toEqual([1, 1]);
    expect(descriptor.parse(delta(6, 9), 0, 3, structure, spare)).toBe(true);
    expect([descriptor.temporalId, descriptor.frameDiffs[0], descriptor.chainDiffs[0]]).toEqual([0, 2, 2]);
  });

  test('reads what a frame says of itself instead of its template', () => {
    const structure = new DependencyStructure();
    const descriptor = new DependencyDescriptor();
    const key = keyFrame();
    descriptor.parse(key, 0, key.length, undefined, structure);
    const custom = bits('10 000110 0000000000001001 0 1 1 1 1 01 1101 01 0011 10 00010000 00 00000101');
    expect(descriptor.parse(custom, 0, custom.length, structure, new DependencyStructure())).toBe(true);
    expect(descriptor.activeDecodeTargets).toBe(1);
    expect([...descriptor.indications.subarray(0, 2)]).toEqual([3, 1]);
    expect([...descriptor.frameDiffs.subarray(0, descriptor.frameDiffCount)]).toEqual([4, 17]);
    expect(descriptor.chainDiffs[0]).toBe(5);
  });

  test('says no while the structure is not known, and to templates it has not', () => {
    const descriptor = new DependencyDescriptor();
    const structure = new DependencyStructure();
    expect(descriptor.parse(delta(6, 1), 0, 3, undefined, structure)).toBe(false);
    const key = keyFrame();
    descriptor.parse(key, 0, key.length, undefined, structure);
    expect(descriptor.parse(delta(8, 1), 0, 3, structure, new DependencyStructure())).toBe(false);
    expect(descriptor.parse(key, 0, 10, undefined, new DependencyStructure()), 'cut short').toBe(false);
    expect(DependencyDescriptor.frameNumberAt(key, 0, key.length)).toBe(7);
    expect(DependencyDescriptor.frameNumberAt(key, 0, 2)).toBe(-1);
  });

  test('active decode targets are written into every form of it, the rest stays', () => {
    const structure = new DependencyStructure();
    const key = keyFrame();
    const custom = bits('10 000110 0000000000001001 0 1 1 1 1 11 1101 01 0011 10 00010000 00 00000101');
    const before = new DependencyDescriptor();
    const after = new DependencyDescriptor();
    const out = Buffer.alloc(300);
    before.parse(key, 0, key.length, undefined, structure);
    for (const bytes of [key, delta(7, 40), custom]) {
      const padded = Buffer.concat([Buffer.from([1, 2]), bytes]);
      before.parse(padded, 2, bytes.length, structure, new DependencyStructure());
      const length = writeActiveDecodeTargets(out, padded, 2, bytes.length, before, 2, 1);
      expect(after.parse(out, 0, length, structure, new DependencyStructure())).toBe(true);
      const { structureEndBit: _a, activeEndBit: _b, usedBits: _c, ...kept } = { ...before, activeDecodeTargets: 1 };
      expect(after).toMatchObject(kept);
    }
    expect(writeActiveDecodeTargets(Buffer.alloc(4), key, 0, key.length, before, 2, 1)).toBe(-1);
    expect(allTargets(32)).toBe(0xffff_ffff);
  });

  test('no bytes make it throw, reach outside or loop', () => {
    const descriptor = new DependencyDescriptor();
    const structure = new DependencyStructure();
    const spare = new DependencyStructure();
    const key = keyFrame();
    descriptor.parse(key, 0, key.length, undefined, structure);
    const out = Buffer.alloc(300);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.integer({ min: -2, max: 20 }),
        fc.integer({ min: -2, max: 125 }),
        fc.boolean(),
        (raw, offset, length, known) => {
          const parsed = descriptor.parse(raw, offset, length, known ? structure : undefined, spare);
          if (!parsed) return;
          expect(descriptor.usedBits).toBeLessThanOrEqual(length * 8);
          const count = (descriptor.hasStructure ? spare : structure).decodeTargetCount;
          const written = writeActiveDecodeTargets(out, raw, offset, length, descriptor, count, 1);
          expect(written).toBeLessThanOrEqual(length + 5);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
