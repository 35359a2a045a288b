import type { TrackField } from '../model/fields.ts';
import { growthOf, numberOf, type Stat, scaled, shareOf } from './reading.ts';

type Values = Partial<Record<TrackField, number | null>>;

/**
 * What happened between two readings of an `inbound-rtp` statistic (W3C webrtc-stats, section 8.3).
 * @param spanMs between the two readings, above 0
 */
export function receivedSample(before: Stat, now: Stat, spanMs: number): Values {
  const perSecond = 1_000 / spanMs;
  const packets = growthOf(before, now, 'packetsReceived');
  // May fall where duplicates arrived (RFC 3550, section 6.4.1): then nothing was lost meanwhile.
  const lostBefore = numberOf(before, 'packetsLost');
  const lostNow = numberOf(now, 'packetsLost');
  const lost = lostBefore === null || lostNow === null ? null : Math.max(0, lostNow - lostBefore);
  const common: Values = {
    packets,
    bitrateBps: scaled(growthOf(before, now, 'bytesReceived'), 8 * perSecond),
    lossRatio: packets === null ? null : shareOf(lost, packets + (lost ?? 0)),
    jitterMs: scaled(numberOf(now, 'jitter'), 1_000),
    bufferMs: scaled(
      shareOf(growthOf(before, now, 'jitterBufferDelay'), growthOf(before, now, 'jitterBufferEmittedCount')),
      1_000,
    ),
    nacks: growthOf(before, now, 'nackCount'),
  };
  return { ...common, ...(now.kind === 'video' ? video(before, now, perSecond) : audio(before, now)) };
}

function audio(before: Stat, now: Stat): Values {
  const samples = growthOf(before, now, 'totalSamplesReceived');
  const concealed = growthOf(before, now, 'concealedSamples');
  // Where it is not told, all of it may have been audible, and nothing says that it was.
  const silent = growthOf(before, now, 'silentConcealedSamples');
  const stretched =
    (growthOf(before, now, 'insertedSamplesForDeceleration') ?? 0) +
    (growthOf(before, now, 'removedSamplesForAcceleration') ?? 0);
  return {
    concealedRatio: concealed === null ? null : shareOf(Math.max(0, concealed - (silent ?? 0)), samples),
    silentConcealedRatio: shareOf(silent, samples),
    stretchedRatio: shareOf(stretched, samples),
    audioLevel: levelOf(before, now),
  };
}

function video(before: Stat, now: Stat, perSecond: number): Values {
  const frames = growthOf(before, now, 'framesDecoded');
  return {
    framesPerSecond: scaled(frames, perSecond),
    framesDropped: growthOf(before, now, 'framesDropped'),
    keyFrames: growthOf(before, now, 'keyFramesDecoded'),
    freezeMs: scaled(growthOf(before, now, 'totalFreezesDuration'), 1_000),
    widthPx: numberOf(now, 'frameWidth'),
    heightPx: numberOf(now, 'frameHeight'),
    decodeMs: scaled(shareOf(growthOf(before, now, 'totalDecodeTime'), frames), 1_000),
    plis: growthOf(before, now, 'pliCount'),
  };
}

/**
 * The mean level between two readings, from the energy, as the specification says (webrtc-stats, `totalAudioEnergy`);
 * the level of the instant where energy is not told.
 */
export function levelOf(before: Stat, now: Stat): number | null {
  const energy = growthOf(before, now, 'totalAudioEnergy');
  const seconds = growthOf(before, now, 'totalSamplesDuration');
  const mean = shareOf(energy, seconds);
  return mean === null ? numberOf(now, 'audioLevel') : Math.min(1, Math.sqrt(mean));
}
