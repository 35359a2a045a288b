import { trackThresholdRule } from '../threshold-rule.ts';
import { withinPauses } from './pauses.ts';

/**
 * The jitter buffer plays faster or slower to catch up or to wait. NetEq stretches pieces of about 15 ms now and then in
 * any call (1 % and less); at 8 % for seconds on end voices hurry and drag.
 */
export const timeStretchedAudio = trackThresholdRule({
  id: 'time-stretched-audio',
  area: 'audio',
  fieldOf: (track) => (track.direction === 'receive' && track.kind === 'audio' ? 'stretchedRatio' : null),
  trouble: 'above',
  thresholds: { enter: 0.08, leave: 0.04, major: 0.15, critical: 0.3 },
  minMs: 5_500,
  isQuiet: withinPauses,
});
