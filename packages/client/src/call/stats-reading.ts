import type { StatsReading } from './quality.ts';

type Stat = Record<string, unknown> & { id: string; type: string };

/**
 * Reads what the quality is made of out of WebRTC statistics (W3C webrtc-stats); the only place that knows which browser
 * leaves out what. Absent counters count as nothing.
 * @param reports one per track, or several of the same connection: each statistic counts once
 * @param atMs when they were taken
 * @param expectsMedia whether anyone is there to receive from
 */
export function readStats(reports: Iterable<RTCStatsReport>, atMs: number, expectsMedia: boolean): StatsReading {
  const stats = new Map<string, Stat>();
  for (const report of reports) {
    report.forEach((stat: Stat) => {
      stats.set(stat.id, stat);
    });
  }

  const reading: StatsReading = {
    atMs,
    rttMs: null,
    jitterMs: null,
    bufferMs: null,
    audioReceived: 0,
    audioLost: 0,
    videoReceived: 0,
    videoLost: 0,
    bytesReceived: 0,
    freezeMs: 0,
    sentLossRatio: null,
    expectsMedia,
  };
  for (const stat of stats.values()) {
    if (stat.type === 'inbound-rtp') readInbound(stat, reading);
    else if (stat.type === 'remote-inbound-rtp') readRemoteInbound(stat, reading);
  }
  for (const stat of stats.values()) {
    // Firefox has no currentRoundTripTime before 2025 and marks the used pair by `selected`.
    if (stat.type === 'candidate-pair' && (stat.nominated || stat.selected) && stat.state === 'succeeded') {
      const rtt = number(stat.currentRoundTripTime);
      if (rtt !== null) reading.rttMs = rtt * 1_000;
    }
  }
  return reading;
}

function readInbound(stat: Stat, reading: StatsReading): void {
  const received = number(stat.packetsReceived) ?? 0;
  // May be negative where duplicates arrived (RFC 3550, section 6.4.1).
  const lost = Math.max(0, number(stat.packetsLost) ?? 0);
  reading.bytesReceived += (number(stat.bytesReceived) ?? 0) + (number(stat.headerBytesReceived) ?? 0);
  if (stat.kind === 'video') {
    reading.videoReceived += received;
    reading.videoLost += lost;
    reading.freezeMs += (number(stat.totalFreezesDuration) ?? 0) * 1_000;
    return;
  }
  reading.audioReceived += received;
  reading.audioLost += lost;
  const jitter = number(stat.jitter);
  if (jitter !== null) reading.jitterMs = Math.max(reading.jitterMs ?? 0, jitter * 1_000);
  const delay = number(stat.jitterBufferDelay);
  const emitted = number(stat.jitterBufferEmittedCount);
  if (delay !== null && emitted) reading.bufferMs = Math.max(reading.bufferMs ?? 0, (delay / emitted) * 1_000);
}

function readRemoteInbound(stat: Stat, reading: StatsReading): void {
  const loss = number(stat.fractionLost);
  if (loss !== null && stat.kind === 'audio') reading.sentLossRatio = Math.max(reading.sentLossRatio ?? 0, loss);
  const rtt = number(stat.roundTripTime);
  if (rtt !== null) reading.rttMs = Math.max(reading.rttMs ?? 0, rtt * 1_000);
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
