import type { Session, Track } from '../../model/session.ts';
import { trackThresholdRule } from '../threshold-rule.ts';

/** Less than this is no moving picture: black frames of a camera that is off, padding by which a server tries a way. */
const LEAST_BPS = 30_000;

/** Servers send small tiles fewer pictures on purpose (a temporal layer of 30 is 15 or 7.5). */
const TILE = { shortSidePx: 200, framesPerSecond: 4 };

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

function withoutMovement(_session: Session, { samples, direction }: Track): (atMs: number) => boolean {
  return (atMs) => {
    const index = samples.indexAt(atMs);
    if ((samples.value('bitrateBps', index) ?? LEAST_BPS) < LEAST_BPS) return true;
    const widthPx = samples.value('widthPx', index) ?? Number.POSITIVE_INFINITY;
    const shortSidePx = Math.min(widthPx, samples.value('heightPx', index) ?? Number.POSITIVE_INFINITY);
    const frames = samples.value('framesPerSecond', index) ?? 0;
    return direction === 'receive' && shortSidePx <= TILE.shortSidePx && frames >= TILE.framesPerSecond;
  };
}
