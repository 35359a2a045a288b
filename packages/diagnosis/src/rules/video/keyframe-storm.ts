import type { Track } from '../../model/session.ts';
import { derivedOf, foundOf, MAX_GAP_MS, meanOver } from '../derived.ts';
import { quietTimes } from '../quiet.ts';
import type { Rule } from '../rule.ts';
import { type Span, troubleSpans } from '../spans.ts';

/**
 * Key frames a second. libwebrtc makes none without being asked; one at every newcomer and every lost picture is usual, one
 * every two seconds and more takes much of the bit rate and makes the picture pump.
 */
const THRESHOLDS = { enter: 0.5, leave: 0.25, major: 1, critical: 3 };

/** Servers pass on but one of the requests of several seconds: the rate is that of so many samples. */
const SMOOTHED = 3;

/**
 * Whoever joins asks for one, and asks again while it is on its way; two who join one after the other make three or four
 * within seconds.
 */
const LEAST_KEY_FRAMES = 5;

/** So many of them were asked for, or it is an encoder that makes them at fixed times. */
const ASKED_SHARE = 0.5;

/** A receiver asks for whole pictures again and again. */
export const keyframeStorm: Rule = {
  id: 'keyframe-storm',
  area: 'video',
  explains: ['video-freeze', 'low-frame-rate', 'low-resolution', 'bandwidth-limited'],
  thresholds: { ...THRESHOLDS, leastKeyFrames: LEAST_KEY_FRAMES },
  find: (session) =>
    session.tracks.flatMap((track) => {
      const { samples } = track;
      if (track.kind !== 'video' || !samples.has('keyFrames')) return [];
      const rates = derivedOf(samples, (index) => {
        const sinceMs = samples.atMs(index - Math.min(index, SMOOTHED));
        const mean = meanOver(samples, 'keyFrames', sinceMs + 1, samples.atMs(index));
        if (index < SMOOTHED || mean === null) return null;
        return (mean * SMOOTHED * 1_000) / (samples.atMs(index) - sinceMs);
      });
      return troubleSpans(rates, 'value', {
        trouble: 'above',
        enter: THRESHOLDS.enter,
        leave: THRESHOLDS.leave,
        minSamples: 3,
        minMs: 3_500,
        maxGapMs: MAX_GAP_MS,
        isQuiet: quietTimes(session, track),
      }).flatMap((span) => {
        const mean = (field: 'keyFrames' | 'plis' | 'firs') =>
          meanOver(samples, field, span.fromMs + 1, span.toMs) ?? 0;
        if (countIn(track, span) < LEAST_KEY_FRAMES) return [];
        const asked = mean('plis') + mean('firs');
        if (asked < mean('keyFrames') * ASKED_SHARE) return [];
        const found = foundOf(track, span, {
          measure: 'keyFrames',
          threshold: THRESHOLDS.enter,
          trouble: 'above',
          steps: THRESHOLDS,
          facts: { perMinute: Math.round(span.mean * 60) },
        });
        return [found];
      });
    }),
};

/** With those before it that its first rate is made of. */
function countIn({ samples }: Track, { fromMs, toMs }: Span): number {
  let count = 0;
  const first = Math.max(0, samples.indexAt(fromMs + 1) - SMOOTHED + 1);
  for (let index = first; index < samples.length && samples.atMs(index) <= toMs; index++)
    count += samples.value('keyFrames', index) ?? 0;
  return count;
}
