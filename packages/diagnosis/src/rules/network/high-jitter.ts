import type { Session, Track } from '../../model/session.ts';
import { derivedOf, foundOf, MAX_GAP_MS, meanOver } from '../derived.ts';
import { sentAs } from '../ends.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { mayBeScreen } from '../screen-like.ts';
import { troubleSpans } from '../spans.ts';
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

/**
 * Packets that wait and come in bunches deviate little on average: half of what tells by itself is enough where the
 * listener's buffer has grown. NetEq keeps it at 40 to 90 ms on an even way (bench -- diagnosis, clean calls).
 */
const BUNCHES = { bufferMs: 100, enter: 14, leave: 10, overMs: 4_000 };

/**
 * Calls of other products have such jitter and such a buffer on any Wi-Fi (Chromium holds sound back until its picture is
 * there), and nobody notices. In their dumps it has to be heard: sound that is stretched or hurried by 3 %, or 1 % of it
 * invented, or, once the buffer has settled and neither happens any more, held back by as much as G.114 allows for the
 * whole way on top of the usual 50 ms (a recorded call with packets up to 200 ms late: 255 to 265 ms).
 */
const HEARD = { stretchedRatio: 0.03, concealedRatio: 0.01, settledMs: 200 };

const EXPLAINS = [
  'choppy-audio',
  'video-freeze',
  'time-stretched-audio',
  'bandwidth-limited',
  'downlink-limited',
  'av-out-of-sync',
  'keyframe-storm',
];

const ofKind = (kind: Track['kind']) =>
  trackThresholdRule({
    id: 'high-jitter',
    area: 'network',
    explains: EXPLAINS,
    fieldOf: (track) => (track.kind !== kind ? null : track.direction === 'receive' ? 'jitterMs' : 'remoteJitterMs'),
    trouble: 'above',
    thresholds: THRESHOLDS[kind],
    minMs: 3_500,
    isQuiet: (session, track) => {
      // A screen's pictures are so large that they are nothing but such deviation.
      if (mayBeScreen(session, track)) return () => true;
      const { samples } = track;
      return (atMs) => (samples.value('packets', samples.indexAt(atMs)) ?? LEAST_PACKETS) < LEAST_PACKETS;
    },
  });

const [audio, video] = [ofKind('audio'), ofKind('video')];

/**
 * Packets come at uneven times: the buffer grows and with it the delay, or sound and picture arrive too late to be played.
 */
export const highJitter: Rule = {
  ...audio,
  thresholds: { ...audio.thresholds, bunchesMs: BUNCHES.enter, bufferMs: BUNCHES.bufferMs, ...HEARD },
  find(session) {
    const steady = [...audio.find(session), ...video.find(session)];
    const known = new Set(steady.map(({ subject }) => subject.trackId));
    const listeners = listenersIn(session);
    const others = session.tracks.filter(({ id }) => !known.has(id));
    return [...steady, ...others.flatMap((track) => bunches(session, track, listeners.get(track) ?? []))];
  },
};

/** By each sound that is sent or received, the streams it is listened to on. */
function listenersIn(session: Session): Map<Track, Track[]> {
  const listeners = new Map<Track, Track[]>();
  for (const track of session.tracks) {
    if (track.kind !== 'audio' || track.direction !== 'receive') continue;
    listeners.set(track, [track]);
    for (const sent of sentAs(session, track)) listeners.set(sent, [...(listeners.get(sent) ?? []), track]);
  }
  return listeners;
}

function bunches(session: Session, track: Track, listeners: readonly Track[]): Found[] {
  if (track.kind !== 'audio') return [];
  const { samples } = track;
  const field = track.direction === 'receive' ? 'jitterMs' : 'remoteJitterMs';
  if (!samples.has(field)) return [];
  const isBuffered = (atMs: number) =>
    listeners.some((one) => {
      const reaches = (field: 'bufferMs' | 'stretchedRatio' | 'concealedRatio', least: number) =>
        (meanOver(one.samples, field, atMs - BUNCHES.overMs, atMs) ?? 0) >= least;
      const isHeard =
        session.format === 'live' ||
        reaches('stretchedRatio', HEARD.stretchedRatio) ||
        reaches('concealedRatio', HEARD.concealedRatio) ||
        reaches('bufferMs', HEARD.settledMs);
      return isHeard && reaches('bufferMs', BUNCHES.bufferMs);
    });
  const uneven = derivedOf(samples, (index) => {
    const jitterMs = samples.value(field, index);
    if (jitterMs === null || (samples.value('packets', index) ?? LEAST_PACKETS) < LEAST_PACKETS) return null;
    return isBuffered(samples.atMs(index)) ? jitterMs : 0;
  });
  return troubleSpans(uneven, 'value', {
    trouble: 'above',
    enter: BUNCHES.enter,
    leave: BUNCHES.leave,
    minSamples: 2,
    minMs: 3_500,
    maxGapMs: MAX_GAP_MS,
    isQuiet: quietTimes(session, track),
  }).map((span) =>
    foundOf(track, span, {
      measure: field,
      threshold: BUNCHES.enter,
      trouble: 'above',
      steps: THRESHOLDS.audio,
    }),
  );
}
