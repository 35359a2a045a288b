import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addSequence,
  addTimestamp,
  isSequenceNewer,
  isTimestampNewer,
  sequenceDifference,
  timestampDifference,
  Unwrapper,
} from './sequence.ts';

describe('16 and 32 bit circles', () => {
  test('wrap', () => {
    expect(sequenceDifference(0, 65_535)).toBe(1);
    expect(sequenceDifference(65_535, 0)).toBe(-1);
    expect(isSequenceNewer(0, 65_535)).toBe(true);
    expect(isSequenceNewer(65_535, 0)).toBe(false);
    expect(isSequenceNewer(5, 5)).toBe(false);
    expect(addSequence(65_535, 2)).toBe(1);
    expect(addSequence(1, -2)).toBe(65_535);
    expect(timestampDifference(10, 0xffff_fff6)).toBe(20);
    expect(isTimestampNewer(10, 0xffff_fff6)).toBe(true);
    expect(addTimestamp(0xffff_ffff, 1)).toBe(0);
    expect(addTimestamp(0, -1)).toBe(0xffff_ffff);
  });

  test('differences undo additions', () => {
    const sequence = fc.integer({ min: 0, max: 65_535 });
    fc.assert(
      fc.property(sequence, fc.integer({ min: -32_768, max: 32_767 }), (a, n) => {
        expect(sequenceDifference(addSequence(a, n), a)).toBe(n);
      }),
    );
  });

  test('exactly one of two different, not opposite numbers is newer', () => {
    const sequence = fc.integer({ min: 0, max: 65_535 });
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        fc.pre(a !== b && ((a - b) & 0xffff) !== 0x8000);
        expect(isSequenceNewer(a, b)).toBe(!isSequenceNewer(b, a));
      }),
    );
  });
});

describe('Unwrapper', () => {
  test('follows any walk with steps below half the circle', () => {
    const steps = fc.array(fc.integer({ min: -3_000, max: 30_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65_535 }), steps, (start, walk) => {
        const unwrapper = new Unwrapper(16);
        let newest = start;
        expect(unwrapper.unwrap(start)).toBe(start);
        for (const step of walk) {
          const value = newest + step;
          expect(unwrapper.unwrap(((value % 65_536) + 65_536) % 65_536)).toBe(value);
          newest = Math.max(newest, value);
          expect(unwrapper.last).toBe(newest);
        }
      }),
    );
  });

  test('takes a late value from before the wrap, and 32 bits', () => {
    const unwrapper = new Unwrapper(32);
    unwrapper.unwrap(0xffff_fff0);
    expect(unwrapper.unwrap(5)).toBe(2 ** 32 + 5);
    expect(unwrapper.unwrap(0xffff_fffe)).toBe(0xffff_fffe);
    expect(unwrapper.peek(6)).toBe(2 ** 32 + 6);
    expect(unwrapper.last).toBe(2 ** 32 + 5);
  });
});
