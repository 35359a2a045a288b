import { trackThresholdRule } from '../threshold-rule.ts';

/**
 * Packets come at uneven times: the buffer grows and with it the delay, or sound and picture arrive too late to be played.
 * RFC 3550's estimate; from 30 ms jitter buffers visibly grow, 100 ms and more leaves what comes late unplayed.
 */
export const highJitter = trackThresholdRule({
  id: 'high-jitter',
  area: 'network',
  explains: ['choppy-audio', 'video-freeze', 'time-stretched-audio'],
  // The packets of one large picture bear one time stamp and leave one after the other: on a screen that is no jitter.
  fieldOf: ({ direction, source }) =>
    source === 'screen' ? null : direction === 'receive' ? 'jitterMs' : 'remoteJitterMs',
  trouble: 'above',
  thresholds: { enter: 50, leave: 30, major: 100, critical: 250 },
  minMs: 4_000,
});
