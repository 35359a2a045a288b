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
 * A burst at one moment, as when somebody joins, is no storm however large it is: of one sample no more than so many a
 * second count.
 */
const COUNTED_PER_SECOND = 1;

/**
 * Whoever joins asks for one, and asks again while it is on its way; two who join one after the other make three or four
 * within seconds.
 */
const LEAST_KEY_FRAMES = 5;

/** What a cut made necessary comes within a sample or two. */
const LEAST_WITH_KEY_FRAMES = 3;

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
      return troubleSpans(ratesOf(samples, COUNTED_PER_SECOND), 'value', {
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
        const counts = countsIn(track, span);
        if (counts.reduce((sum, count) => sum + count, 0) < LEAST_KEY_FRAMES) return [];
        if (counts.filter((count) => count > 0).length < LEAST_WITH_KEY_FRAMES) return [];
        const asked = mean('plis') + mean('firs');
        if (asked < mean('keyFrames') * ASKED_SHARE) return [];
        const all = meanAndWorst(ratesOf(samples, Number.POSITIVE_INFINITY), span);
        const found = foundOf(track, all, {
          measure: 'keyFrames',
          threshold: THRESHOLDS.enter,
          trouble: 'above',
          steps: THRESHOLDS,
          facts: { perMinute: Math.round(all.mean * 60) },
        });
        return [found];
      });
    }),
};

/** Key frames a second, over several samples. @param mostPerSecond of each of them so many count at most */
function ratesOf(samples: Track['samples'], mostPerSecond: number) {
  return derivedOf(samples, (index) => {
    if (index < SMOOTHED) return null;
    let counted = 0;
    for (let at = index - SMOOTHED + 1; at <= index; at++) {
      const spanMs = samples.atMs(at) - samples.atMs(at - 1);
      counted += Math.min(samples.value('keyFrames', at) ?? 0, (mostPerSecond * spanMs) / 1_000);
    }
    return (counted * 1_000) / (samples.atMs(index) - samples.atMs(index - SMOOTHED));
  });
}

function meanAndWorst(rates: ReturnType<typeof ratesOf>, span: Span): Span {
  const values: number[] = [];
  for (let index = rates.indexAt(span.fromMs + 1); index < rates.length && rates.atMs(index) <= span.toMs; index++)
    values.push(rates.value('value', index) ?? 0);
  return { ...span, mean: values.reduce((sum, value) => sum + value, 0) / values.length, worst: Math.max(...values) };
}

/** Of each sample, with those before it that its first rate is made of. */
function countsIn({ samples }: Track, { fromMs, toMs }: Span): number[] {
  const counts: number[] = [];
  const first = Math.max(0, samples.indexAt(fromMs + 1) - SMOOTHED + 1);
  for (let index = first; index < samples.length && samples.atMs(index) <= toMs; index++)
    counts.push(samples.value('keyFrames', index) ?? 0);
  return counts;
}
