import type { Track } from '../../model/session.ts';
import type { Rule } from '../rule.ts';
import { trackThresholdRule } from '../threshold-rule.ts';

/** Of fewer packets a sample the estimate is an old one, and one late packet makes it. */
const LEAST_PACKETS = 10;

/**
 * RFC 3550's estimate is a mean deviation. Y.1541 allows its best classes 50 ms between the earliest and nearly the latest
 * packet, and networks for speech are built for 30 ms of mean deviation at most; from 80 ms much comes too late to be
 * played. The packets of one picture bear one time stamp and leave one after the other, which counts as deviation too.
 */
const THRESHOLDS = {
  audio: { enter: 30, leave: 20, major: 80, critical: 200 },
  video: { enter: 60, leave: 40, major: 120, critical: 300 },
};

const EXPLAINS = [
  'choppy-audio',
  'video-freeze',
  'time-stretched-audio',
  'bandwidth-limited',
  'av-out-of-sync',
  'keyframe-storm',
];

const ofKind = (kind: Track['kind']) =>
  trackThresholdRule({
    id: 'high-jitter',
    area: 'network',
    explains: EXPLAINS,
    // A screen's pictures are so large that they are nothing but such deviation.
    fieldOf: (track) =>
      track.kind !== kind || track.source === 'screen'
        ? null
        : track.direction === 'receive'
          ? 'jitterMs'
          : 'remoteJitterMs',
    trouble: 'above',
    thresholds: THRESHOLDS[kind],
    minMs: 4_000,
    isQuiet: (_, { samples }) => {
      return (atMs) => (samples.value('packets', samples.indexAt(atMs)) ?? LEAST_PACKETS) < LEAST_PACKETS;
    },
  });

const [audio, video] = [ofKind('audio'), ofKind('video')];

/**
 * Packets come at uneven times: the buffer grows and with it the delay, or sound and picture arrive too late to be played.
 */
export const highJitter: Rule = { ...audio, find: (session) => [...audio.find(session), ...video.find(session)] };
