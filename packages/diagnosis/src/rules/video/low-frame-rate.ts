import type { Session, Track } from '../../model/session.ts';
import { trackThresholdRule } from '../threshold-rule.ts';

/** Less than this is no moving picture: black frames of a camera that is off, padding by which a server tries a way. */
const LEAST_BPS = 30_000;

/** Servers send small tiles fewer pictures on purpose (a temporal layer of 30 is 15 or 7.5). */
const TILE = { shortSidePx: 200, framesPerSecond: 4 };

/**
 * Where nobody says what a received picture shows, one that never has more than a shared screen gets, and loses nothing on
 * the way, may well be one: Jitsi shares 5 pictures a second unless told otherwise.
 */
const SCREEN = { framesPerSecond: 14, lossRatio: 0.01 };

/**
 * Fewer pictures a second than movement needs. Below about 15 it is seen, below 8 lips no longer fit the words. A shared
 * screen that does not move sends hardly any frames and is left out.
 */
export const lowFrameRate = trackThresholdRule({
  id: 'low-frame-rate',
  area: 'video',
  fieldOf: (track) => (track.kind === 'video' && track.source !== 'screen' ? 'framesPerSecond' : null),
  trouble: 'below',
  thresholds: { enter: 12, leave: 14, major: 8, critical: 4 },
  minMs: 5_500,
  isQuiet: withoutMovement,
});

function withoutMovement(_session: Session, track: Track): (atMs: number) => boolean {
  const { samples, direction } = track;
  const isSlow = isAlwaysSlow(track);
  return (atMs) => {
    const index = samples.indexAt(atMs);
    if (isSlow && (samples.value('lossRatio', index) ?? 0) < SCREEN.lossRatio) return true;
    if ((samples.value('bitrateBps', index) ?? LEAST_BPS) < LEAST_BPS) return true;
    const widthPx = samples.value('widthPx', index) ?? Number.POSITIVE_INFINITY;
    const shortSidePx = Math.min(widthPx, samples.value('heightPx', index) ?? Number.POSITIVE_INFINITY);
    const frames = samples.value('framesPerSecond', index) ?? 0;
    return direction === 'receive' && shortSidePx <= TILE.shortSidePx && frames >= TILE.framesPerSecond;
  };
}

function isAlwaysSlow({ samples, direction, source }: Track): boolean {
  if (direction !== 'receive' || source !== 'unknown') return false;
  for (let index = 0; index < samples.length; index++)
    if ((samples.value('framesPerSecond', index) ?? 0) >= SCREEN.framesPerSecond) return false;
  return true;
}
