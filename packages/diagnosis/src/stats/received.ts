import type { TrackField } from '../model/fields.ts';
import { growthOf, numberOf, type Stat, scaled, shareOf, sizeOf } from './reading.ts';

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
  return { ...common, ...(now.kind === 'video' ? video(before, now, perSecond) : audio(before, now, perSecond)) };
}

function audio(before: Stat, now: Stat, perSecond: number): Values {
  const samples = growthOf(before, now, 'totalSamplesReceived');
  const concealed = growthOf(before, now, 'concealedSamples');
  // Where it is not told, all of it may have been audible, and nothing says that it was.
  const silent = growthOf(before, now, 'silentConcealedSamples');
  const inserted = growthOf(before, now, 'insertedSamplesForDeceleration');
  const removed = growthOf(before, now, 'removedSamplesForAcceleration');
  return {
    concealedRatio: concealed === null ? null : shareOf(Math.max(0, concealed - (silent ?? 0)), samples),
    silentConcealedRatio: shareOf(silent, samples),
    stretchedRatio: shareOf((inserted ?? 0) + (removed ?? 0), samples),
    squeezedRatio: inserted === null || removed === null ? null : shareOf(removed - inserted, samples),
    audioLevel: levelOf(before, now),
    soundTimeRatio: scaled(growthOf(before, now, 'totalSamplesDuration'), perSecond),
  };
}

function video(before: Stat, now: Stat, perSecond: number): Values {
  const frames = growthOf(before, now, 'framesDecoded');
  return {
    // Older Firefox counts none, but tells how many a second.
    framesPerSecond: scaled(frames, perSecond) ?? numberOf(now, 'framesPerSecond'),
    framesReceived: growthOf(before, now, 'framesReceived'),
    framesDropped: growthOf(before, now, 'framesDropped'),
    keyFrames: growthOf(before, now, 'keyFramesDecoded'),
    freezeMs: scaled(growthOf(before, now, 'totalFreezesDuration'), 1_000),
    widthPx: sizeOf(now, 'frameWidth'),
    heightPx: sizeOf(now, 'frameHeight'),
    decodeMs: scaled(shareOf(growthOf(before, now, 'totalDecodeTime'), frames), 1_000),
    plis: growthOf(before, now, 'pliCount'),
    firs: growthOf(before, now, 'firCount'),
    powerEfficient: flagOf(now.powerEfficientDecoder),
  };
}

/** What the sound device did between two readings of a `media-playout` statistic (webrtc-stats, section 8.9). */
export function playedSample(before: Stat | undefined, now: Stat): Values {
  return {
    playoutGlitchRatio: shareOf(
      growthOf(before, now, 'synthesizedSamplesDuration'),
      growthOf(before, now, 'totalSamplesDuration'),
    ),
  };
}

/** Between 1900, where NTP counts from (RFC 5905, section 6), and 1970, ms. */
const NTP_EPOCH_MS = 2_208_988_800_000;

/**
 * How far what is played lies behind this end's clock, by the sender's clock, ms. Chromium counts from 1900 as the
 * specification says, Firefox from 1970.
 */
export function playoutOffsetOf(stat: Stat, atMs: number): number | null {
  const played = instantOf(stat, 'estimatedPlayoutTimestamp');
  if (played === null || played <= 0) return null;
  // Where instants count from a session's beginning, nothing can be said of another clock.
  if (atMs < NTP_EPOCH_MS / 4) return null;
  return played - atMs > NTP_EPOCH_MS / 2 ? played - NTP_EPOCH_MS - atMs : played - atMs;
}

/** Dumps of Chromium 86 hold instants to six digits, so that nearly three hours share one: this is between two, ms. */
const ROUNDED_TO_MS = 10_000_000;

/** @returns an instant of a clock, ms; null where it is rounded so far that it tells nothing */
function instantOf(stat: Stat, member: string): number | null {
  const value = numberOf(stat, member);
  return value !== null && value % ROUNDED_TO_MS === 0 ? null : value;
}

/** The sender's clock against this end's, from a report that came since the last time: `remote-outbound-rtp`. */
export function senderClockSample(before: Stat | undefined, now: Stat): Values {
  const theirs = instantOf(now, 'remoteTimestamp');
  const ours = numberOf(now, 'timestamp');
  const isNew = theirs !== numberOf(before, 'remoteTimestamp');
  return { remoteClockOffsetMs: isNew && theirs !== null && theirs > 0 && ours !== null ? theirs - ours : null };
}

export const flagOf = (value: unknown): number | null => (typeof value === 'boolean' ? Number(value) : null);

/**
 * The mean level between two readings, from the energy, as the specification says (webrtc-stats, `totalAudioEnergy`);
 * the level of the instant where energy is not told.
 */
export function levelOf(before: Stat, now: Stat): number | null {
  const energy = growthOf(before, now, 'totalAudioEnergy');
  const seconds = growthOf(before, now, 'totalSamplesDuration');
  const mean = shareOf(energy, seconds);
  if (mean !== null) return Math.min(1, Math.sqrt(mean));
  const level = numberOf(now, 'audioLevel');
  // Older Chromium writes −1 where it measured none.
  return level !== null && level >= 0 && level <= 1 ? level : null;
}
