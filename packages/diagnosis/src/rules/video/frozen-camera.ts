import type { Session, Track } from '../../model/session.ts';
import { derivedOf, foundOf, MAX_GAP_MS } from '../derived.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { troubleSpans } from '../spans.ts';

/**
 * A sensor's noise alone changes a point by a thousandth and more from one look to the next; the same picture again and
 * again by nothing: three looks in a row are enough. Black pictures are another rule's.
 */
const CHANGE = { enter: 0.0002, leave: 0.0005, dark: 0.03, minMs: 3_500 };

/** A camera that has worked and brings nothing any more. */
const FRAMES = { worked: 5, none: 0.1, minMs: 5_000 };

/** The camera brings the same picture again and again, or none at all, though it is on. */
export const frozenCamera: Rule = {
  id: 'frozen-camera',
  area: 'video',
  explains: ['low-frame-rate', 'video-freeze'],
  thresholds: { change: CHANGE.enter, frames: FRAMES.none, leastMs: CHANGE.minMs },
  find: (session) =>
    session.tracks.flatMap((track) =>
      track.direction === 'send' && track.kind === 'video' && track.source !== 'screen'
        ? [...standsStill(session, track), ...bringsNothing(session, track)]
        : [],
    ),
};

function standsStill(session: Session, track: Track): Found[] {
  const { samples } = track;
  if (!samples.has('lumaChange')) return [];
  const changes = derivedOf(samples, (index) => {
    const mean = samples.value('lumaMean', index);
    return mean !== null && mean < CHANGE.dark ? null : samples.value('lumaChange', index);
  });
  return troubleSpans(changes, 'value', {
    trouble: 'below',
    enter: CHANGE.enter,
    leave: CHANGE.leave,
    minSamples: 2,
    minMs: CHANGE.minMs,
    maxGapMs: MAX_GAP_MS,
    isQuiet: quietTimes(session, track),
  }).map((span) =>
    foundOf(track, span, {
      measure: 'lumaChange',
      threshold: CHANGE.enter,
      trouble: 'below',
      steps: { major: CHANGE.enter, critical: -1 },
      facts: { how: 'picture-stands-still' },
      trust: 0.9,
    }),
  );
}

/** A dump does not tell who turned a camera off, which looks the same. */
function bringsNothing(session: Session, track: Track): Found[] {
  const { samples } = track;
  if (session.format !== 'live' || !samples.has('sourceFramesPerSecond')) return [];
  let hasWorked = false;
  const frames = derivedOf(samples, (index) => {
    const brought = samples.value('sourceFramesPerSecond', index);
    if ((brought ?? 0) >= FRAMES.worked) hasWorked = true;
    // Once nothing comes, browsers leave the number out.
    const isNothing = (brought ?? 0) < FRAMES.none && (samples.value('framesPerSecond', index) ?? 0) < FRAMES.none;
    return hasWorked ? (isNothing ? 0 : (brought ?? null)) : null;
  });
  return troubleSpans(frames, 'value', {
    trouble: 'below',
    enter: FRAMES.none,
    leave: 1,
    minSamples: 2,
    minMs: FRAMES.minMs,
    maxGapMs: MAX_GAP_MS,
    isQuiet: quietTimes(session, track),
  }).map((span) =>
    foundOf(track, span, {
      measure: 'sourceFramesPerSecond',
      threshold: FRAMES.none,
      trouble: 'below',
      steps: { major: FRAMES.none, critical: -1 },
      facts: { how: 'no-pictures' },
      trust: 0.95,
    }),
  );
}
