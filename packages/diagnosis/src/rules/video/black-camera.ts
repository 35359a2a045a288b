import { trackThresholdRule } from '../threshold-rule.ts';

/**
 * The camera brings a black picture: a shutter, a cover, a driver. Even a dim room lies above 3 % of full brightness, for
 * cameras raise their gain; only a client that looks at the picture sees it.
 */
export const blackCamera = trackThresholdRule({
  id: 'black-camera',
  area: 'video',
  fieldOf: (track) =>
    track.direction === 'send' && track.kind === 'video' && track.source !== 'screen' ? 'lumaMean' : null,
  trouble: 'below',
  thresholds: { enter: 0.03, leave: 0.05, major: 0.03, critical: -1 },
  // Two looks of a client that looks every four seconds.
  minMs: 3_500,
});
