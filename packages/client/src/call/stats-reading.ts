import type { ReadonlySeries, Session, TrackField } from '@alongside/diagnosis';
import type { QualityReading } from './quality.ts';

/**
 * What the quality of a call is made of, out of the same rows everything else about it is judged by.
 * @param atMs of the reading; what was measured at another time is left out
 * @param expectsMedia whether anyone is there to receive from
 */
export function readingOf(session: Session, atMs: number, expectsMedia: boolean): QualityReading {
  const reading: QualityReading = {
    atMs,
    rttMs: null,
    jitterMs: null,
    bufferMs: null,
    audioReceived: 0,
    audioLost: 0,
    videoReceived: 0,
    videoLost: 0,
    receivedBps: 0,
    freezeMs: 0,
    sentLossRatio: null,
    expectsMedia,
  };
  let reportedRttMs: number | null = null;
  for (const { samples } of session.connections) reading.rttMs = larger(reading.rttMs, valueAt(samples, 'rttMs', atMs));
  for (const { direction, kind, samples } of session.tracks) {
    const value = (field: TrackField) => valueAt(samples, field, atMs);
    if (direction === 'send') {
      reportedRttMs = larger(reportedRttMs, value('remoteRttMs'));
      if (kind === 'audio') reading.sentLossRatio = larger(reading.sentLossRatio, value('remoteLossRatio'));
      continue;
    }
    const received = value('packets') ?? 0;
    const lossRatio = value('lossRatio') ?? 0;
    const lost = lossRatio < 1 ? (received * lossRatio) / (1 - lossRatio) : 1;
    reading.receivedBps += value('bitrateBps') ?? 0;
    if (kind === 'video') {
      reading.videoReceived += received;
      reading.videoLost += lost;
      reading.freezeMs += value('freezeMs') ?? 0;
    } else {
      reading.audioReceived += received;
      reading.audioLost += lost;
      reading.jitterMs = larger(reading.jitterMs, value('jitterMs'));
      reading.bufferMs = larger(reading.bufferMs, value('bufferMs'));
    }
  }
  reading.rttMs ??= reportedRttMs;
  return reading;
}

function valueAt<F extends string>(samples: ReadonlySeries<F>, field: F, atMs: number): number | null {
  const index = samples.indexAt(atMs);
  return samples.atMs(index) === atMs ? samples.value(field, index) : null;
}

function larger(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
