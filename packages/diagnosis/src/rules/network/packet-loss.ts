import { trackThresholdRule } from '../threshold-rule.ts';

/**
 * Packets are lost on the way: here, of what is received; as the other end reports it, of what is sent. Before repair.
 * Opus with its concealment is fine below 2 % and poor from 10 % (G.113, appendix I, for codecs like it); video with
 * retransmission shows freezes from about 5 %.
 */
export const packetLoss = trackThresholdRule({
  id: 'packet-loss',
  area: 'network',
  explains: ['choppy-audio', 'video-freeze', 'low-frame-rate', 'low-resolution', 'bandwidth-limited'],
  fieldOf: (track) => (track.direction === 'receive' ? 'lossRatio' : 'remoteLossRatio'),
  trouble: 'above',
  thresholds: { enter: 0.03, leave: 0.015, major: 0.08, critical: 0.2 },
  minMs: 2_000,
});
