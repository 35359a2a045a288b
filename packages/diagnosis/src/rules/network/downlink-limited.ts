import type { Session, Track } from '../../model/session.ts';
import { MAX_GAP_MS, meanOver } from '../derived.ts';
import { sentAs } from '../ends.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { ofTrack } from '../subjects.ts';
import { heldBackByServer } from './forwarded-layers.ts';
import { accountsForLoss } from './loss-field.ts';

/**
 * A server forwards a smaller simulcast layer, two thirds as high or less, and then fewer frames and none, where the way to
 * a receiver takes no more. A small window on the screen has it do the same, so the way must show signs of being full when
 * it begins: loss as where Opus begins to suffer, or a round trip 60 ms above the call's short ones, more than a sender's
 * congestion control leaves standing for long (libwebrtc's trendline estimator), or the sound's redundancy left out.
 */
const THRESHOLDS = {
  heightShare: 0.7,
  framesShare: 0.5,
  leastSentFrames: 8,
  minMs: 5_500,
  loss: 0.02,
  queueMs: 60,
  thinned: 0.6,
  onsetMs: 10_000,
  maxGapMs: MAX_GAP_MS,
};

/** The picture arrives much smaller than it is sent, and the way in shows why. Needs the sender's measurements too. */
export const downlinkLimited: Rule = {
  id: 'downlink-limited',
  area: 'network',
  thresholds: THRESHOLDS,
  explains: ['low-frame-rate', 'low-resolution', 'video-freeze', 'choppy-audio', 'packet-loss', 'congestion'],
  accountsFor: accountsForLoss,
  find: (session) => [...heldBackByServer(session), ...session.tracks.flatMap((track) => limitsOf(session, track))],
};

/** What the sender sends at an instant: the tallest of the layers that are on, and the most frames of one of them. */
type Sent = { heightPx: number; framesPerSecond: number };

type Shrunk = { fromMs: number; toMs: number; samples: number; sumShare: number; leastShare: number; sent: Sent };

function limitsOf(session: Session, track: Track): Found[] {
  const { samples } = track;
  if (track.kind !== 'video' || track.source === 'screen') return [];
  const sent = sentAs(session, track);
  if (sent.length === 0) return [];
  const isQuiet = quietTimes(session, track);
  const stretches: Shrunk[] = [];
  let open: Shrunk | null = null;
  for (let index = 1; index < samples.length; index++) {
    const atMs = samples.atMs(index);
    const beforeMs = samples.atMs(index - 1);
    const now = sentAt(sent, atMs);
    const share = now && shareReceived(track, index, now);
    if (now === null || share === null || isQuiet(atMs) || atMs - beforeMs > THRESHOLDS.maxGapMs) {
      open = null;
      continue;
    }
    if (!open) {
      open = { fromMs: beforeMs, toMs: atMs, samples: 0, sumShare: 0, leastShare: share, sent: now };
      stretches.push(open);
    }
    open.toMs = atMs;
    open.samples += 1;
    open.sumShare += share;
    open.leastShare = Math.min(open.leastShare, share);
  }
  return stretches
    .filter(({ fromMs, toMs }) => toMs - fromMs >= THRESHOLDS.minMs && isFull(session, track, sent, fromMs, toMs))
    .map(({ fromMs, toMs, samples: count, sumShare, leastShare, sent: { heightPx, framesPerSecond } }) => ({
      subject: ofTrack(track),
      fromMs,
      toMs,
      severity: sumShare / count <= THRESHOLDS.framesShare ? ('major' as const) : ('minor' as const),
      confidence: 0.8,
      evidence: [
        {
          measure: 'receivedShareRatio' as const,
          value: sumShare / count,
          worst: leastShare,
          threshold: THRESHOLDS.heightShare,
          trouble: 'below' as const,
        },
      ],
      facts: { sign: 'told-by-ends', sentPx: heightPx, sentFrames: Math.round(framesPerSecond) },
    }));
}

function sentAt(sent: readonly Track[], atMs: number): Sent | null {
  let [heightPx, framesPerSecond] = [0, 0];
  for (const { samples } of sent) {
    const index = samples.indexAt(atMs);
    if (samples.value('active', index) === 0 || (samples.value('framesPerSecond', index) ?? 1) <= 0) continue;
    heightPx = Math.max(heightPx, samples.value('heightPx', index) ?? 0);
    framesPerSecond = Math.max(framesPerSecond, samples.value('framesPerSecond', index) ?? 0);
  }
  return heightPx === 0 && framesPerSecond === 0 ? null : { heightPx, framesPerSecond };
}

/** How much of the height, or of the frames, arrives, whichever is less; null where it is nearly all, or not known. */
function shareReceived({ samples }: Track, index: number, sent: Sent): number | null {
  const heightPx = samples.value('heightPx', index);
  const framesPerSecond = samples.value('framesPerSecond', index);
  const ofHeight = heightPx !== null && heightPx > 0 && sent.heightPx > 0 ? heightPx / sent.heightPx : 1;
  const ofFrames =
    framesPerSecond !== null && sent.framesPerSecond >= THRESHOLDS.leastSentFrames
      ? framesPerSecond / sent.framesPerSecond
      : 1;
  return ofHeight <= THRESHOLDS.heightShare || ofFrames <= THRESHOLDS.framesShare ? Math.min(ofHeight, ofFrames) : null;
}

function isFull(session: Session, track: Track, sent: readonly Track[], fromMs: number, toMs: number): boolean {
  const { samples } = track;
  const sinceMs = fromMs - THRESHOLDS.onsetMs;
  const untilMs = Math.min(toMs, fromMs + THRESHOLDS.onsetMs);
  for (let index = samples.indexAt(sinceMs); index < samples.length && samples.atMs(index) <= untilMs; index++)
    if ((samples.value('lossRatio', index) ?? 0) - lostBefore(sent, samples.atMs(index)) >= THRESHOLDS.loss)
      return true;
  if (isSoundThinned(session, track, sinceMs, fromMs, untilMs)) return true;
  const connection = session.connections.find(({ id }) => id === track.connectionId);
  if (!connection) return false;
  let shortestMs = Number.POSITIVE_INFINITY;
  let longestMs = 0;
  for (let index = 0; index < connection.samples.length; index++) {
    const rttMs = connection.samples.value('rttMs', index);
    if (rttMs === null) continue;
    shortestMs = Math.min(shortestMs, rttMs);
    const atMs = connection.samples.atMs(index);
    if (atMs >= sinceMs && atMs <= untilMs) longestMs = Math.max(longestMs, rttMs);
  }
  return longestMs - shortestMs >= THRESHOLDS.queueMs;
}

/** What was lost on the sender's own way already. */
function lostBefore(sent: readonly Track[], atMs: number): number {
  const reported = sent.map(({ samples }) => samples.value('remoteLossRatio', samples.indexAt(atMs)) ?? 0);
  return Math.max(0, ...reported);
}

/** A server that is short of a way keeps the sound and leaves out what is sent of it twice (RFC 2198), half or more. */
function isSoundThinned(session: Session, track: Track, sinceMs: number, fromMs: number, untilMs: number): boolean {
  return session.tracks.some(({ samples, kind, direction, connectionId }) => {
    if (kind !== 'audio' || direction !== 'receive' || connectionId !== track.connectionId) return false;
    const [before, now] = [packetSize(samples, sinceMs, fromMs), packetSize(samples, fromMs + 1, untilMs)];
    return before !== null && now !== null && now <= before * THRESHOLDS.thinned;
  });
}

/** Of the sound that arrives, in bit/s of one packet a sample: only its changes mean anything. */
function packetSize(samples: Track['samples'], fromMs: number, toMs: number): number | null {
  const [rate, packets] = [meanOver(samples, 'bitrateBps', fromMs, toMs), meanOver(samples, 'packets', fromMs, toMs)];
  return rate === null || packets === null || packets <= 0 ? null : rate / packets;
}
