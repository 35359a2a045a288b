import { trackThresholdRule } from '../threshold-rule.ts';
import { withinPauses } from './pauses.ts';

/**
 * Received sound has holes that were filled by guessing. Concealment of silence (a sender that sends nothing while nobody
 * speaks) is not in the measure. Below 1 % it goes unnoticed; at 5 % words are lost.
 */
export const choppyAudio = trackThresholdRule({
  id: 'choppy-audio',
  area: 'audio',
  fieldOf: (track) => (track.direction === 'receive' && track.kind === 'audio' ? 'concealedRatio' : null),
  trouble: 'above',
  thresholds: { enter: 0.03, leave: 0.01, major: 0.06, critical: 0.15 },
  // One hole of a word's length, 7 % of two seconds, is a hiccup; the machine of a clean call has one now and then.
  minMs: 5_000,
  isQuiet: withinPauses,
  // Browsers that do not tell silent concealment apart count every pause as a hole.
  trustOf: (track) => (track.samples.has('silentConcealedRatio') ? 1 : 0.6),
});
