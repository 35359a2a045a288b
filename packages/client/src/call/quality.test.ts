import { describe, expect, it } from 'vitest';
import { callScore, DEFAULT_R, delayImpairment, lossImpairment, opinionScore } from './e-model.ts';
import { createQualityMeter, gradeOf, type StatsReading } from './quality.ts';

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
});

function reading(atMs: number, change: Partial<StatsReading> = {}): StatsReading {
  return {
    atMs,
    rttMs: 40,
    jitterMs: 5,
    bufferMs: 40,
    audioReceived: atMs / 20,
    audioLost: 0,
    videoReceived: atMs / 10,
    videoLost: 0,
    bytesReceived: atMs * 100,
    freezeMs: 0,
    sentLossRatio: 0,
    expectsMedia: true,
    ...change,
  };
}

describe('createQualityMeter', () => {
  it('sums up a good call', () => {
    const meter = createQualityMeter();
    expect(meter.summary()).toBeNull();
    meter.add(reading(0));
    for (let atMs = 2_000; atMs <= 20_000; atMs += 2_000) expect(meter.add(reading(atMs))).toBe('good');
    expect(meter.summary()).toMatchObject({
      rttMs: 40,
      jitterMs: 5,
      lossRatio: 0,
      bitrateBps: 800_000,
      freezeMs: 0,
      measuredMs: 20_000,
    });
    expect(meter.summary()!.score).toBeGreaterThan(4.2);
  });

  it('tells a lossy one from it', () => {
    const meter = createQualityMeter();
    let grade = meter.add(reading(0));
    for (let atMs = 2_000; atMs <= 20_000; atMs += 2_000) {
      grade = meter.add(reading(atMs, { audioReceived: atMs / 25, audioLost: atMs / 100 }));
    }
    expect(grade).toBe('poor');
    expect(meter.summary()!.score).toBeLessThan(2.6);
  });

  it('says lost only after two silent readings while someone should be heard', () => {
    const meter = createQualityMeter();
    const frozen = { bytesReceived: 500, audioReceived: 10, videoReceived: 0 };
    meter.add(reading(0, frozen));
    expect(meter.add(reading(2_000, frozen))).not.toBe('lost');
    expect(meter.add(reading(4_000, frozen))).toBe('lost');
    const alone = createQualityMeter();
    for (const atMs of [0, 2_000, 4_000, 6_000]) {
      expect(alone.add(reading(atMs, { ...frozen, expectsMedia: false }))).not.toBe('lost');
    }
  });

  it('survives counters that begin anew with another track', () => {
    const meter = createQualityMeter();
    meter.add(reading(0, { audioReceived: 90_000, audioLost: 400, bytesReceived: 9_000_000 }));
    meter.add(reading(2_000, { audioReceived: 100, audioLost: 0, bytesReceived: 10_000 }));
    expect(meter.summary()).toMatchObject({ bitrateBps: 40_000, lossRatio: 0 });
  });
});

describe('gradeOf', () => {
  it('has its steps where people begin to notice', () => {
    expect([4.4, 4, 3.9, 3.1, 3, 1].map(gradeOf)).toEqual(['good', 'good', 'fair', 'fair', 'poor', 'poor']);
  });
});
