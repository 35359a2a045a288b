import type { Session, Track } from '../model/session.ts';

/**
 * A slide that stands sends a picture now and then, a page that is scrolled as many as a camera; a camera that nothing
 * holds back hardly ever brings less than 6 a second, even in the dark (7 is the least libwebrtc asks of one). Of a few
 * samples nobody can tell.
 */
const STILL = { framesPerSecond: 6, share: 0.25, leastSamples: 10 };

/** Of what comes into the encoder: where it leaves out more, the encoder is late, and the picture need not stand. */
const ENCODED_SHARE = 0.8;

const TROUBLES = [
  'lossRatio',
  'remoteLossRatio',
  'nacks',
  'plis',
  'firs',
  'processorLimitedRatio',
  'bandwidthLimitedRatio',
] as const;

const KNOWN = new WeakMap<Track, boolean>();

/**
 * Whether a picture is a shared screen, or may be one as far as its frames tell: programs that do not use WebRTC's content
 * hint, and Firefox always, do not say what a stream of theirs shows. Who watches a call live knows.
 */
export function mayBeScreen(session: Session, track: Track): boolean {
  if (track.source === 'screen') return true;
  if (session.format === 'live' || track.source !== 'unknown' || track.kind !== 'video') return false;
  let known = KNOWN.get(track);
  if (known === undefined) {
    known = standsStill(track);
    KNOWN.set(track, known);
  }
  return known;
}

function standsStill({ samples }: Track): boolean {
  let [clean, still] = [0, 0];
  for (let index = 0; index < samples.length; index++) {
    const frames = samples.value('framesPerSecond', index);
    const isSent = (samples.value('active', index) ?? 1) > 0 && (samples.value('bitrateBps', index) ?? 0) > 0;
    if (frames === null || !isSent || TROUBLES.some((field) => (samples.value(field, index) ?? 0) > 0)) continue;
    if (frames < (samples.value('sourceFramesPerSecond', index) ?? 0) * ENCODED_SHARE) continue;
    clean += 1;
    if (frames < STILL.framesPerSecond) still += 1;
  }
  return clean >= STILL.leastSamples && still >= clean * STILL.share;
}
