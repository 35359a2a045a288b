import { derivedOf, foundOf, MAX_GAP_MS, meanOver } from '../derived.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { type Span, troubleSpans } from '../spans.ts';

/**
 * How far from real time sound may run: 44.1 kHz taken for 48 kHz is off by 8 %; the 10 ms in which browsers count are
 * off by 1 % of a second's sample.
 */
const THRESHOLDS = { enter: 0.06, leave: 0.03, major: 0.07, critical: 0.3 };

/**
 * Another rate is the same rate all the time. What differs by more is a device, or a machine, that stalls: for so long
 * before it is told, for a busy moment passes.
 */
const STALLS = { apart: 0.02, leastMs: 20_000 };

/** Less is no rate: the device stands still, or nobody plays what is received. */
const LEAST_RATIO = 0.2;

/** A second of the clock brings more or less than a second of sound: a device at another rate than it says, or one that stalls. */
export const sampleRateMismatch: Rule = {
  id: 'sample-rate-mismatch',
  area: 'audio',
  explains: ['choppy-audio', 'time-stretched-audio', 'playout-glitches'],
  thresholds: { ...THRESHOLDS, stallsMs: STALLS.leastMs },
  find: (session) =>
    session.tracks.flatMap((track) => {
      const { samples } = track;
      if (track.kind !== 'audio' || !samples.has('soundTimeRatio')) return [];
      const off = derivedOf(samples, (index) => {
        const ratio = samples.value('soundTimeRatio', index);
        return ratio === null || ratio < LEAST_RATIO ? null : Math.abs(ratio - 1);
      });
      return troubleSpans(off, 'value', {
        trouble: 'above',
        enter: THRESHOLDS.enter,
        leave: THRESHOLDS.leave,
        minSamples: 4,
        minMs: 7_500,
        maxGapMs: MAX_GAP_MS,
        isQuiet: quietTimes(session, track),
      }).flatMap((span) => {
        if (span.worst - leastOff(off, span) > STALLS.apart && span.toMs - span.fromMs < STALLS.leastMs) return [];
        const ratio = meanOver(samples, 'soundTimeRatio', span.fromMs + 1, span.toMs) ?? 1;
        const found = foundOf(track, span, {
          measure: 'soundTimeRatio',
          threshold: THRESHOLDS.enter,
          trouble: 'above',
          steps: THRESHOLDS,
          facts: { device: track.direction === 'send' ? 'microphone' : 'loudspeaker' },
        });
        const limit = ratio > 1 ? 1 + THRESHOLDS.enter : 1 - THRESHOLDS.enter;
        const trouble = ratio > 1 ? ('above' as const) : ('below' as const);
        const told: Found = {
          ...found,
          evidence: [{ measure: 'soundTimeRatio' as const, value: ratio, worst: null, threshold: limit, trouble }],
        };
        return [told];
      });
    }),
};

function leastOff(off: ReturnType<typeof derivedOf>, { fromMs, toMs }: Span): number {
  let least = Number.POSITIVE_INFINITY;
  for (let index = off.indexAt(fromMs + 1); index < off.length && off.atMs(index) <= toMs; index++)
    least = Math.min(least, off.value('value', index) ?? least);
  return least;
}
