import { describe, expect, it } from 'vitest';
import { callScore, DEFAULT_R, delayImpairment, lossImpairment, opinionScore } from './e-model.ts';

describe('the E-model', () => {
  it('takes nothing for short delays and grows without a jump', () => {
    expect(delayImpairment(0)).toBe(0);
    expect(delayImpairment(100)).toBe(0);
    expect(delayImpairment(Number.NaN)).toBe(0);
    // G.107, equation 7-27 worked by hand for 200 ms (X = 1) and 400 ms (X = 2).
    expect(delayImpairment(200)).toBeCloseTo(3.04, 1);
    expect(delayImpairment(400)).toBeCloseTo(24.07, 1);
    for (let delayMs = 100; delayMs < 800; delayMs += 1) {
      const step = delayImpairment(delayMs + 1) - delayImpairment(delayMs);
      expect(step, `at ${delayMs} ms`).toBeGreaterThanOrEqual(0);
      expect(step, `at ${delayMs} ms`).toBeLessThan(0.2);
    }
  });

  it('takes half of 95 where loss equals the robustness', () => {
    expect(lossImpairment(0)).toBe(0);
    expect(lossImpairment(0.2)).toBeCloseTo(47.5);
    expect(lossImpairment(2)).toBe(lossImpairment(1));
  });

  it('maps ratings to opinion scores as annex B tabulates', () => {
    // Table B.1: R 90 → 4.34, 80 → 4.03, 70 → 3.60, 60 → 3.10, 50 → 2.58.
    for (const [r, score] of [
      [90, 4.34],
      [80, 4.03],
      [70, 3.6],
      [60, 3.1],
      [50, 2.58],
    ] as const) {
      expect(opinionScore(r)).toBeCloseTo(score, 1);
    }
    expect(opinionScore(DEFAULT_R)).toBeCloseTo(4.41, 2);
    for (let r = -10; r <= 110; r += 1) {
      expect(opinionScore(r)).toBeGreaterThanOrEqual(1);
      expect(opinionScore(r)).toBeLessThanOrEqual(4.5);
    }
  });

  it('falls with every impairment', () => {
    const good = callScore(60, 0);
    expect(callScore(300, 0)).toBeLessThan(good);
    expect(callScore(60, 0.05)).toBeLessThan(good);
    expect(callScore(60, 0, 0.2)).toBeCloseTo(good - 0.8);
    expect(callScore(1_000, 0.5, 1)).toBe(1);
  });

  it('does not take a call with a third of its packets missing for a good one', () => {
    // A widely copied implementation computes 0.1·d − 150 where 0.1·(d − 150) is meant: beyond 150 ms it adds to R.
    expect(callScore(160, 0.3)).toBeLessThan(2);
    expect(callScore(160, 0)).toBeLessThanOrEqual(callScore(150, 0));
    for (let delayMs = 0; delayMs < 1_000; delayMs += 10)
      expect(callScore(delayMs + 10, 0.01)).toBeLessThanOrEqual(callScore(delayMs, 0.01));
  });
});
