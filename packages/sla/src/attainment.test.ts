import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { creditsOwed, tierIssues } from './attainment.ts';

const TIERS = [
  { below: 0.99, percent: 5 },
  { below: 0.9, percent: 25 },
  { below: 0.95, percent: 10 },
];

describe('R36 R37 credits', () => {
  it.each([
    [100, 100, 0],
    [99, 100, 0],
    [98, 100, 5],
    [989_999, 1_000_000, 5],
    [95, 100, 5],
    [94, 100, 10],
    [9, 10, 10],
    [899, 1_000, 25],
    [0, 1, 25],
    [0, 0, 0],
  ])('R36 R37 %i of %i owes %i percent', (met, total, percent) => {
    expect(creditsOwed(TIERS, { met, total })).toBe(percent);
  });

  it('R36 a limit is the decimal that is written, however it is rounded in binary', () => {
    // 0.57 * 100 is 56.99999999999999, 0.29 * 100 is 28.999999999999996 and 1.1 / 10 is 0.11000000000000001.
    expect(creditsOwed([{ below: 0.57, percent: 1 }], { met: 57, total: 100 })).toBe(0);
    expect(creditsOwed([{ below: 0.29, percent: 1 }], { met: 29, total: 100 })).toBe(0);
    expect(creditsOwed([{ below: 1e-7, percent: 1 }], { met: 1, total: 10_000_000 })).toBe(0);
    expect(creditsOwed([{ below: 1e-7, percent: 1 }], { met: 1, total: 10_000_001 })).toBe(1);
    // A hundred-quadrillionth below 0.99, which a division would round to it.
    expect(creditsOwed([{ below: 0.99, percent: 1 }], { met: 8_917_127_262_193_581, total: 2 ** 53 - 1 })).toBe(1);
    expect(creditsOwed([{ below: 1, percent: 1 }], { met: 2 ** 53 - 2, total: 2 ** 53 - 1 })).toBe(1);
  });

  it('R36 met of 10^k is below n / 10^k iff met < n', () => {
    const digits = fc.integer({ min: 1, max: 9 });
    const made = digits.chain((k) =>
      fc.tuple(fc.constant(10 ** k), fc.integer({ min: 1, max: 10 ** k }), fc.integer({ min: -1, max: 1 })),
    );
    fc.assert(
      fc.property(made, ([total, limit, beside]) => {
        const met = Math.min(total, limit + beside);
        const below = Number(`${limit}e-${String(total).length - 1}`);
        expect(creditsOwed([{ below, percent: 7 }], { met, total })).toBe(met < limit ? 7 : 0);
      }),
    );
  });

  it('refuses tiers and counts that are none, naming the field', () => {
    const tiers = [
      { below: 0, percent: 5 },
      { below: 1.1, percent: 5 },
      { below: 0.9, percent: 0 },
      { below: 0.9, percent: Number.NaN },
    ];
    expect(tierIssues(tiers).map(({ field }) => field)).toEqual([
      'tiers.0.below',
      'tiers.1.below',
      'tiers.2.percent',
      'tiers.3.below',
      'tiers.3.percent',
    ]);
    expect(tierIssues(TIERS)).toEqual([]);
    expect(() => creditsOwed(tiers, { met: 1, total: 1 })).toThrow(/tiers\.0\.below/);
    expect(() => creditsOwed(TIERS, { met: 2, total: 1 })).toThrow(/met: /);
    expect(() => creditsOwed(TIERS, { met: 0, total: 0.5 })).toThrow(/total: /);
  });
});
