import { trackThresholdRule } from '../threshold-rule.ts';

/**
 * Even between words it is loud. Speech at its nominal level lies 26 dB below full scale (ITU-T P.830); noise 14 dB below
 * that (0.01) is heard as disturbing. Only a client sees it.
 */
export const noise = trackThresholdRule({
  id: 'noise',
  area: 'audio',
  fieldOf: (track) => (track.direction === 'send' && track.kind === 'audio' ? 'noiseFloor' : null),
  trouble: 'above',
  thresholds: { enter: 0.01, leave: 0.006, major: 0.03, critical: 0.1 },
  // Each of them is of the last four seconds: somebody may speak as long without a pause, and hardly twice as long.
  minMs: 5_500,
});
