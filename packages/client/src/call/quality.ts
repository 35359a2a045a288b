import type { CallQuality } from '@alongside/contracts';
import { callScore } from '@alongside/diagnosis';
import type { NetworkGrade } from './model.ts';

/** What happened in a stretch of a call. */
export type QualityReading = {
  atMs: number;
  rttMs: number | null;
  /** Of received sound. */
  jitterMs: number | null;
  /** How long sound waits before it is played. */
  bufferMs: number | null;
  /** Packets of sound and of picture that came, and that did not. */
  audioReceived: number;
  audioLost: number;
  videoReceived: number;
  videoLost: number;
  receivedBps: number;
  freezeMs: number;
  /** Of what we send, as the other end reports it, 0–1. */
  sentLossRatio: number | null;
  /** Whether anyone is there to receive from. */
  expectsMedia: boolean;
};

/** Coding, packetisation and playing out, ms: what delay there is besides network and buffer. */
const FIXED_DELAY_MS = 25;

export type QualityMeter = {
  /** Takes a reading; returns the network's grade by the latest readings. */
  add(reading: QualityReading): NetworkGrade;
  /** Over all readings; null before there were two. */
  summary(): CallQuality | null;
};

/** Sums up readings into one quality for a whole stay. */
export function createQualityMeter(): QualityMeter {
  let lastMs: number | null = null;
  let measuredMs = 0;
  let received = 0;
  let lost = 0;
  let bits = 0;
  let freezeMs = 0;
  let quiet = 0;
  const score = createMean();
  const rtt = createMean();
  const jitter = createMean();
  let recent: number[] = [];

  return {
    add(reading) {
      const spanMs = lastMs === null ? 0 : reading.atMs - lastMs;
      lastMs = reading.atMs;
      if (spanMs <= 0) return 'unknown';
      const { audioReceived, audioLost } = reading;
      const frozen = Math.min(spanMs, reading.freezeMs);
      measuredMs += spanMs;
      received += audioReceived + reading.videoReceived;
      lost += audioLost + reading.videoLost;
      bits += (reading.receivedBps * spanMs) / 1_000;
      freezeMs += frozen;
      if (reading.rttMs !== null) rtt.add(reading.rttMs, spanMs);
      if (reading.jitterMs !== null) jitter.add(reading.jitterMs, spanMs);

      quiet = reading.expectsMedia && reading.receivedBps === 0 ? quiet + 1 : 0;
      if (quiet >= 2) {
        score.add(1, spanMs);
        return 'lost';
      }
      if (reading.rttMs === null && audioReceived + audioLost === 0) return 'unknown';
      // The far side's way to the server is taken to be as long as ours: half a round trip each.
      const delayMs = (reading.rttMs ?? 0) + (reading.bufferMs ?? 0) + FIXED_DELAY_MS;
      const heard = callScore(delayMs, ratio(audioLost, audioReceived), frozen / spanMs);
      const sent = callScore(delayMs, reading.sentLossRatio ?? 0);
      score.add(heard, spanMs);
      recent = [...recent.slice(-2), Math.min(heard, sent)];
      return gradeOf(recent.reduce((sum, one) => sum + one, 0) / recent.length);
    },
    summary() {
      if (measuredMs === 0) return null;
      const mean = score.value();
      return {
        score: mean === null ? null : Math.min(5, Math.max(1, round(mean, 2))),
        rttMs: round(rtt.value(), 1),
        jitterMs: round(jitter.value(), 1),
        lossRatio: received + lost > 0 ? round(ratio(lost, received), 4) : null,
        bitrateBps: Math.round((bits * 1_000) / measuredMs),
        freezeMs: Math.round(freezeMs),
        measuredMs: Math.round(measuredMs),
      };
    },
  };
}

/** Steps where people begin to notice (satisfied above 4.0, some dissatisfied above 3.6: G.107 annex B, table B.1). */
export function gradeOf(score: number): NetworkGrade {
  if (score >= 4) return 'good';
  return score >= 3.1 ? 'fair' : 'poor';
}

function ratio(lost: number, received: number): number {
  return lost + received > 0 ? lost / (lost + received) : 0;
}

function round<T extends number | null>(value: T, digits: number): T {
  return (value === null ? null : Number(value.toFixed(digits))) as T;
}

function createMean(): { add(value: number, weight: number): void; value(): number | null } {
  let sum = 0;
  let weights = 0;
  return {
    add(value, weight) {
      sum += value * weight;
      weights += weight;
    },
    value: () => (weights > 0 ? sum / weights : null),
  };
}
