import type { Session, Track } from '../../model/session.ts';
import { mayBeScreen } from '../screen-like.ts';
import { trackThresholdRule } from '../threshold-rule.ts';

/** Less than this is no moving picture: black frames of a camera that is off, padding by which a server tries a way. */
const LEAST_BPS = 30_000;

/** Servers send small tiles fewer pictures on purpose (a temporal layer of 30 is 15 or 7.5). */
const TILE = { shortSidePx: 200, framesPerSecond: 4 };

/**
 * Where nobody says what a received picture shows, one that never has more than a shared screen gets, and loses nothing on
 * the way, may well be one: Jitsi shares 5 pictures a second unless told otherwise.
 */
const SCREEN = { framesPerSecond: 14, lossRatio: 0.01, limitedRatio: 0.5 };

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

function withoutMovement(session: Session, track: Track): (atMs: number) => boolean {
  const { samples, direction } = track;
  const isSlow = isAlwaysSlow(track) || mayBeScreen(session, track);
  return (atMs) => {
    const index = samples.indexAt(atMs);
    if (isSlow && !isHeldBack(samples, index)) return true;
    if ((samples.value('bitrateBps', index) ?? LEAST_BPS) < LEAST_BPS) return true;
    const widthPx = samples.value('widthPx', index) ?? Number.POSITIVE_INFINITY;
    const shortSidePx = Math.min(widthPx, samples.value('heightPx', index) ?? Number.POSITIVE_INFINITY);
    const frames = samples.value('framesPerSecond', index) ?? 0;
    return direction === 'receive' && shortSidePx <= TILE.shortSidePx && frames >= TILE.framesPerSecond;
  };
}

/** What may be a screen is slow by nature; by the way or the encoder only where one of them says so. */
function isHeldBack(samples: Track['samples'], index: number): boolean {
  const atLeast = (field: Parameters<typeof samples.value>[0], least: number) =>
    (samples.value(field, index) ?? 0) >= least;
  return (
    atLeast('lossRatio', SCREEN.lossRatio) ||
    atLeast('remoteLossRatio', SCREEN.lossRatio) ||
    atLeast('processorLimitedRatio', SCREEN.limitedRatio) ||
    atLeast('bandwidthLimitedRatio', SCREEN.limitedRatio)
  );
}

function isAlwaysSlow({ samples, direction, source }: Track): boolean {
  if (direction !== 'receive' || source !== 'unknown') return false;
  for (let index = 0; index < samples.length; index++)
    if ((samples.value('framesPerSecond', index) ?? 0) >= SCREEN.framesPerSecond) return false;
  return true;
}
