import type { TrackField } from '../model/fields.ts';
import { growthOf, numberOf, type Stat, scaled, shareOf, sizeOf } from './reading.ts';
import { flagOf, levelOf } from './received.ts';

type Values = Partial<Record<TrackField, number | null>>;

/**
 * What happened between two readings of an `outbound-rtp` statistic (W3C webrtc-stats, section 8.4).
 * @param spanMs between the two readings, above 0
 */
export function sentSample(before: Stat, now: Stat, spanMs: number): Values {
  const perSecond = 1_000 / spanMs;
  const packets = growthOf(before, now, 'packetsSent');
  const common: Values = {
    packets,
    bitrateBps: scaled(growthOf(before, now, 'bytesSent'), 8 * perSecond),
    retransmittedRatio: shareOf(growthOf(before, now, 'retransmittedPacketsSent'), packets),
    targetBps: numberOf(now, 'targetBitrate'),
    nacks: growthOf(before, now, 'nackCount'),
    active: now.active === undefined ? null : now.active === true ? 1 : 0,
  };
  if (now.kind !== 'video') return common;
  const frames = growthOf(before, now, 'framesEncoded');
  return {
    ...common,
    // Older Firefox counts none, but tells how many a second.
    framesPerSecond: scaled(frames, perSecond) ?? numberOf(now, 'framesPerSecond'),
    keyFrames: growthOf(before, now, 'keyFramesEncoded'),
    widthPx: sizeOf(now, 'frameWidth'),
    heightPx: sizeOf(now, 'frameHeight'),
    encodeMs: scaled(shareOf(growthOf(before, now, 'totalEncodeTime'), frames), 1_000),
    plis: growthOf(before, now, 'pliCount'),
    firs: growthOf(before, now, 'firCount'),
    powerEfficient: flagOf(now.powerEfficientEncoder),
    processorLimitedRatio: limitedFor(before, now, 'cpu', spanMs),
    bandwidthLimitedRatio: limitedFor(before, now, 'bandwidth', spanMs),
  };
}

/** Share of the time limited for a reason: from the durations where they are told, else by the reason of the instant. */
function limitedFor(before: Stat, now: Stat, reason: string, spanMs: number): number | null {
  const durations = now.qualityLimitationDurations as Stat | undefined;
  const seconds = durations && growthOf(before.qualityLimitationDurations as Stat | undefined, durations, reason);
  if (typeof seconds === 'number') return Math.min(1, (seconds * 1_000) / spanMs);
  return typeof now.qualityLimitationReason === 'string' ? Number(now.qualityLimitationReason === reason) : null;
}

/** What the other end reports of what is sent here: a `remote-inbound-rtp` statistic. */
export function reportedSample(now: Stat): Values {
  return {
    remoteLossRatio: numberOf(now, 'fractionLost'),
    remoteJitterMs: scaled(numberOf(now, 'jitter'), 1_000),
    remoteRttMs: scaled(numberOf(now, 'roundTripTime'), 1_000),
  };
}

/**
 * What comes into an encoder: a `media-source` statistic.
 * @param spanMs between the two readings; not finite for the first
 */
export function sourceSample(before: Stat | undefined, now: Stat, spanMs: number): Values {
  if (now.kind === 'video') {
    const counted = scaled(growthOf(before, now, 'frames'), 1_000 / spanMs);
    return {
      // What it counts itself is of the last second alone.
      sourceFramesPerSecond: counted ?? numberOf(now, 'framesPerSecond'),
      sourceWidthPx: sizeOf(now, 'width'),
      sourceHeightPx: sizeOf(now, 'height'),
    };
  }
  return {
    audioLevel: before ? levelOf(before, now) : numberOf(now, 'audioLevel'),
    echoReturnLossDb: numberOf(now, 'echoReturnLoss'),
    soundTimeRatio: scaled(growthOf(before, now, 'totalSamplesDuration'), 1_000 / spanMs),
  };
}
