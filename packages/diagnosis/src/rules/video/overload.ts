import type { Session, Track } from '../../model/session.ts';
import { derivedOf, foundOf, MAX_GAP_MS } from '../derived.ts';
import { quietTimes } from '../quiet.ts';
import type { Found } from '../rule.ts';
import { troubleSpans } from '../spans.ts';

/** Share of the time spent on coding from which libwebrtc itself lowers the quality (overuse_frame_detector.h: 85 %). */
export const BUSY = { enter: 0.85, leave: 0.6, major: 0.95, critical: 1.5 };

/** Where a coder of hardware works on several pictures at once it may take longer than a picture lasts, and keep up. */
const KEPT = 0.8;

const MIN_MS = 5_500;

/**
 * When a track's coder was busy nearly all of the time and lost pictures over it.
 * @param lostAt the share of pictures that came and were not coded, at a sample; null where nobody knows
 */
export function overloadsOf(
  session: Session,
  track: Track,
  field: 'encodeMs' | 'decodeMs',
  lostAt: (index: number) => number | null,
): Found[] {
  const { samples } = track;
  if (track.kind !== 'video' || !samples.has(field)) return [];
  const busy = derivedOf(samples, (index) => {
    const eachMs = samples.value(field, index);
    const frames = samples.value('framesPerSecond', index);
    const lost = lostAt(index);
    if (eachMs === null || frames === null) return null;
    return lost !== null && lost > 1 - KEPT ? (eachMs * frames) / 1_000 : 0;
  });
  return troubleSpans(busy, 'value', {
    trouble: 'above',
    enter: BUSY.enter,
    leave: BUSY.leave,
    minSamples: 2,
    minMs: MIN_MS,
    maxGapMs: MAX_GAP_MS,
    isQuiet: quietTimes(session, track),
  }).map((span) => {
    const found = foundOf(track, span, { measure: field, threshold: BUSY.enter, trouble: 'above', steps: BUSY });
    return { ...found, evidence: [eachOf(track, field, span)], facts: { busy: `${Math.round(span.mean * 100)}%` } };
  });
}

function eachOf({ samples }: Track, field: 'encodeMs' | 'decodeMs', span: { fromMs: number; toMs: number }) {
  let sum = 0;
  let frames = 0;
  let worst = 0;
  let count = 0;
  for (
    let index = samples.indexAt(span.fromMs + 1);
    index < samples.length && samples.atMs(index) <= span.toMs;
    index++
  ) {
    const eachMs = samples.value(field, index);
    if (eachMs === null) continue;
    sum += eachMs;
    frames += samples.value('framesPerSecond', index) ?? 0;
    worst = Math.max(worst, eachMs);
    count += 1;
  }
  const value = count === 0 ? 0 : sum / count;
  const threshold = frames === 0 ? null : (BUSY.enter * 1_000 * count) / frames;
  return { measure: field, value, worst, threshold, trouble: 'above' as const };
}
