import { SessionBuilder } from '@alongside/diagnosis';
import { describe, expect, it } from 'vitest';
import { createQualityMeter, gradeOf, type QualityReading } from './quality.ts';
import { readingOf } from './stats-reading.ts';

function reading(atMs: number, change: Partial<QualityReading> = {}): QualityReading {
  return {
    atMs,
    rttMs: 40,
    jitterMs: 5,
    bufferMs: 40,
    audioReceived: 100,
    audioLost: 0,
    videoReceived: 200,
    videoLost: 0,
    receivedBps: 800_000,
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
      grade = meter.add(reading(atMs, { audioReceived: 80, audioLost: 20 }));
    }
    expect(grade).toBe('poor');
    expect(meter.summary()!.score).toBeLessThan(2.6);
  });

  it('says lost only after two silent readings while someone should be heard', () => {
    const meter = createQualityMeter();
    const frozen = { receivedBps: 0, audioReceived: 0, videoReceived: 0 };
    meter.add(reading(0, frozen));
    expect(meter.add(reading(2_000, frozen))).not.toBe('lost');
    expect(meter.add(reading(4_000, frozen))).toBe('lost');
    const alone = createQualityMeter();
    for (const atMs of [0, 2_000, 4_000, 6_000]) {
      expect(alone.add(reading(atMs, { ...frozen, expectsMedia: false }))).not.toBe('lost');
    }
  });
});

describe('readingOf', () => {
  const AT = Date.UTC(2026, 10, 21);
  function session() {
    const builder = new SessionBuilder('live');
    builder.connection('c', 'self').samples.append(AT, { rttMs: 30 });
    builder.connection('d', 'self').samples.append(AT, { rttMs: 50 });
    const track = (id: string, direction: 'send' | 'receive', kind: 'audio' | 'video', values: object) =>
      builder.track({ id, connectionId: 'c', participantId: 'self', direction, kind }).samples.append(AT, values);
    track('a', 'receive', 'audio', { packets: 75, lossRatio: 0.25, bitrateBps: 30_000, jitterMs: 9, bufferMs: 60 });
    track('b', 'receive', 'video', { packets: 180, lossRatio: 0.1, bitrateBps: 900_000, freezeMs: 300 });
    track('s', 'send', 'audio', { packets: 100, bitrateBps: 30_000, remoteLossRatio: 0.05, remoteRttMs: 70 });
    return builder;
  }

  it('takes the worst of all connections, and counts what came and what did not', () => {
    expect(readingOf(session().build(), AT, true)).toEqual({
      atMs: AT,
      rttMs: 50,
      jitterMs: 9,
      bufferMs: 60,
      audioReceived: 75,
      audioLost: 25,
      videoReceived: 180,
      videoLost: 20,
      receivedBps: 930_000,
      freezeMs: 300,
      sentLossRatio: 0.05,
      expectsMedia: true,
    });
  });

  it('takes nothing of what was measured at another time', () => {
    const builder = session();
    builder.connection('c', 'self').samples.append(AT + 2_000, {});
    expect(readingOf(builder.build(), AT + 2_000, true)).toMatchObject({
      rttMs: null,
      audioReceived: 0,
      receivedBps: 0,
      sentLossRatio: null,
    });
  });
});

describe('gradeOf', () => {
  it('has its steps where people begin to notice', () => {
    expect([4.4, 4, 3.9, 3.1, 3, 1].map(gradeOf)).toEqual(['good', 'good', 'fair', 'fair', 'poor', 'poor']);
  });
});
