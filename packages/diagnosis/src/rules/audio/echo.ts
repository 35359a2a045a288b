import type { Track } from '../../model/session.ts';
import { derivedOf, foundOf, MAX_GAP_MS, meanOver } from '../derived.ts';
import type { Evidence } from '../finding.ts';
import { quietTimes } from '../quiet.ts';
import type { Rule } from '../rule.ts';
import { type Span, troubleSpans } from '../spans.ts';

/** Envelopes of unrelated voices over ten seconds stay below 0.5; what returns through a loudspeaker lies above 0.65. */
const THRESHOLDS = { enter: 0.6, leave: 0.45, major: 0.6, critical: 0.9 };

/** Below it the peak may be a rhythm both share. */
const LEAST_CONFIDENCE = 0.35;

const SINGLE = { correlation: 0.7, confidence: 0.55 };

const confidenceIn = (samples: Track['samples'], { fromMs, toMs }: Span) =>
  meanOver(samples, 'echoConfidence', fromMs + 1, toMs) ?? 1;

/**
 * What is heard comes back: of a microphone, what this person's loudspeaker plays (the others hear themselves); of what
 * is received, this person's own voice (the other end returns it). By correlation of the envelopes, which a client takes.
 */
export const echo: Rule = {
  id: 'echo',
  area: 'audio',
  explains: [],
  thresholds: THRESHOLDS,
  find: (session) =>
    session.tracks.flatMap((track) => {
      const { samples } = track;
      if (track.kind !== 'audio' || !samples.has('echoCorrelation')) return [];
      const sure = derivedOf(samples, (index) => {
        const correlation = samples.value('echoCorrelation', index);
        return (samples.value('echoConfidence', index) ?? 1) < LEAST_CONFIDENCE && correlation !== null
          ? 0
          : correlation;
      });
      return troubleSpans(sure, 'value', {
        trouble: 'above',
        enter: THRESHOLDS.enter,
        leave: THRESHOLDS.leave,
        minSamples: 1,
        minMs: 0,
        maxGapMs: MAX_GAP_MS,
        isQuiet: quietTimes(session, track),
      }).flatMap((span) => {
        // Each is of some ten seconds; a single one has to be sure of itself.
        if (span.samples < 2 && !(span.mean >= SINGLE.correlation && confidenceIn(samples, span) >= SINGLE.confidence))
          return [];
        const delayMs = meanOver(samples, 'echoDelayMs', span.fromMs, span.toMs) ?? 0;
        const lossDb = meanOver(samples, 'echoReturnLossDb', span.fromMs, span.toMs);
        const also: Evidence[] = [
          { measure: 'echoDelayMs', value: delayMs, worst: null, threshold: null, trouble: 'above' },
        ];
        if (lossDb !== null)
          also.push({ measure: 'echoReturnLossDb', value: lossDb, worst: null, threshold: null, trouble: 'below' });
        const found = foundOf(track, span, {
          measure: 'echoCorrelation',
          threshold: THRESHOLDS.enter,
          trouble: 'above',
          steps: THRESHOLDS,
          facts: {
            delay: `${Math.round(delayMs)} ms`,
            whose: track.direction === 'send' ? 'echo-made-here' : 'echo-made-there',
          },
          also,
        });
        return [found];
      });
    }),
};
