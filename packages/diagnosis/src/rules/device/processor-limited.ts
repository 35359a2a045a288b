import { trackThresholdRule } from '../threshold-rule.ts';

/** The encoder lowers picture size or frame rate because the processor does not keep up (webrtc-stats, `cpu`). */
export const processorLimited = trackThresholdRule({
  id: 'processor-limited',
  area: 'device',
  explains: ['encoder-overload', 'low-frame-rate', 'low-resolution', 'video-freeze'],
  fieldOf: (track) => (track.direction === 'send' && track.kind === 'video' ? 'processorLimitedRatio' : null),
  trouble: 'above',
  thresholds: { enter: 0.5, leave: 0.2, major: 0.6, critical: 2 },
  minMs: 4_000,
});
