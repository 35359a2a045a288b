import type { Session, Track } from '../../model/session.ts';
import { sentAs } from '../ends.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { ofTrack } from '../subjects.ts';

/**
 * A server forwards the next smaller simulcast layer, half as high, where the way to a receiver takes no more. A small
 * window on the screen has it do the same, so the way must show signs of being full as well: loss as where Opus begins to
 * suffer, or a round trip 60 ms above the call's short ones, about what a sender's congestion control takes for a queue
 * (libwebrtc's trendline estimator reacts to less, and makes it go away).
 */
const THRESHOLDS = {
  heightShare: 0.55,
  minMs: 8_000,
  loss: 0.02,
  queueMs: 60,
  signsWithinMs: 20_000,
  maxGapMs: 10_000,
};

/** The picture arrives much smaller than it is sent, and the way in shows why. Needs the sender's measurements too. */
export const downlinkLimited: Rule = {
  id: 'downlink-limited',
  area: 'network',
  explains: [
    'low-frame-rate',
    'low-resolution',
    'video-freeze',
    'choppy-audio',
    'packet-loss',
    'high-rtt',
    'high-jitter',
    'congestion',
  ],
  find: (session) => session.tracks.flatMap((track) => limitsOf(session, track)),
};

type Shrunk = { fromMs: number; toMs: number; samples: number; sumPx: number; leastPx: number; sentPx: number };

function limitsOf(session: Session, track: Track): Found[] {
  const { samples } = track;
  if (track.kind !== 'video' || track.source === 'screen' || !samples.has('heightPx')) return [];
  const sent = sentAs(session, track).filter((one) => one.samples.has('heightPx'));
  if (sent.length === 0) return [];
  const isQuiet = quietTimes(session, track);
  const stretches: Shrunk[] = [];
  let open: Shrunk | null = null;
  for (let index = 1; index < samples.length; index++) {
    const atMs = samples.atMs(index);
    const beforeMs = samples.atMs(index - 1);
    const heightPx = samples.value('heightPx', index);
    const sentPx = sentHeight(sent, atMs);
    const isShrunk =
      heightPx !== null &&
      heightPx > 0 &&
      (samples.value('bitrateBps', index) ?? 1) > 0 &&
      sentPx !== null &&
      heightPx <= sentPx * THRESHOLDS.heightShare;
    if (!isShrunk || isQuiet(atMs) || atMs - beforeMs > THRESHOLDS.maxGapMs) {
      open = null;
      continue;
    }
    if (!open) {
      open = { fromMs: beforeMs, toMs: atMs, samples: 0, sumPx: 0, leastPx: heightPx, sentPx };
      stretches.push(open);
    }
    open.toMs = atMs;
    open.samples += 1;
    open.sumPx += heightPx;
    open.leastPx = Math.min(open.leastPx, heightPx);
  }
  return stretches
    .filter(({ fromMs, toMs }) => toMs - fromMs >= THRESHOLDS.minMs && isFull(session, track, fromMs, toMs))
    .map(({ fromMs, toMs, samples: count, sumPx, leastPx, sentPx }) => ({
      subject: ofTrack(track),
      fromMs,
      toMs,
      severity: sumPx / count <= sentPx / 4 ? ('major' as const) : ('minor' as const),
      confidence: 0.8,
      evidence: [
        {
          measure: 'heightPx' as const,
          value: sumPx / count,
          worst: leastPx,
          threshold: sentPx * THRESHOLDS.heightShare,
          trouble: 'below' as const,
        },
      ],
      facts: { sentPx },
    }));
}

/** The tallest of the layers that are on. */
function sentHeight(sent: readonly Track[], atMs: number): number | null {
  const heights = sent.flatMap(({ samples }) => {
    const index = samples.indexAt(atMs);
    const heightPx = samples.value('heightPx', index);
    return heightPx === null || samples.value('active', index) === 0 ? [] : [heightPx];
  });
  return heights.length === 0 ? null : Math.max(...heights);
}

function isFull(session: Session, track: Track, fromMs: number, toMs: number): boolean {
  const { samples } = track;
  const sinceMs = fromMs - THRESHOLDS.signsWithinMs;
  for (let index = samples.indexAt(sinceMs); index < samples.length && samples.atMs(index) <= toMs; index++)
    if ((samples.value('lossRatio', index) ?? 0) >= THRESHOLDS.loss) return true;
  const connection = session.connections.find(({ id }) => id === track.connectionId);
  if (!connection) return false;
  let shortestMs = Number.POSITIVE_INFINITY;
  let longestMs = 0;
  for (let index = 0; index < connection.samples.length; index++) {
    const rttMs = connection.samples.value('rttMs', index);
    if (rttMs === null) continue;
    shortestMs = Math.min(shortestMs, rttMs);
    const atMs = connection.samples.atMs(index);
    if (atMs >= sinceMs && atMs <= toMs) longestMs = Math.max(longestMs, rttMs);
  }
  return longestMs - shortestMs >= THRESHOLDS.queueMs;
}
