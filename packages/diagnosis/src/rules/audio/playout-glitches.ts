import { trackThresholdRule } from '../threshold-rule.ts';

/**
 * The sound device asked for more than the browser had ready, and played invented sound (webrtc-stats,
 * `synthesizedSamplesDuration`): the computer is too busy, or the device is in trouble. Nothing of it comes from the network.
 */
export const playoutGlitches = trackThresholdRule({
  id: 'playout-glitches',
  area: 'audio',
  explains: ['choppy-audio', 'time-stretched-audio'],
  fieldOf: (track) => (track.direction === 'receive' && track.kind === 'audio' ? 'playoutGlitchRatio' : null),
  trouble: 'above',
  thresholds: { enter: 0.04, leave: 0.01, major: 0.1, critical: 0.3 },
  minMs: 3_500,
});
