import { trackThresholdRule, withoutMedia } from '../threshold-rule.ts';

/**
 * Fewer pictures a second than movement needs. Below about 15 it is seen, below 8 lips no longer fit the words. A shared
 * screen that does not move sends hardly any frames and is left out.
 */
export const lowFrameRate = trackThresholdRule({
  id: 'low-frame-rate',
  area: 'video',
  fieldOf: (track) => (track.kind === 'video' && track.source !== 'screen' ? 'framesPerSecond' : null),
  trouble: 'below',
  thresholds: { enter: 12, leave: 14, major: 8, critical: 4 },
  minMs: 6_000,
  isQuiet: withoutMedia,
});
