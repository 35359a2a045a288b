import { trackThresholdRule } from '../threshold-rule.ts';

/** The encoder lowers picture size or frame rate because the way out carries no more (webrtc-stats, `bandwidth`). */
export const bandwidthLimited = trackThresholdRule({
  id: 'bandwidth-limited',
  area: 'network',
  explains: [
    'low-frame-rate',
    'low-resolution',
    'video-freeze',
    'choppy-audio',
    'packet-loss',
    'high-rtt',
    'high-jitter',
    'congestion',
    'downlink-limited',
  ],
  fieldOf: (track) => (track.direction === 'send' && track.kind === 'video' ? 'bandwidthLimitedRatio' : null),
  trouble: 'above',
  thresholds: { enter: 0.5, leave: 0.2, major: 0.9, critical: 2 },
  // Every call begins with a climb to what the way carries.
  minMs: 8_000,
});
