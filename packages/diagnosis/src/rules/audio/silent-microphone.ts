import { trackThresholdRule, withoutMedia } from '../threshold-rule.ts';

/**
 * The microphone brings nothing: not even the noise of a room, which lies above −66 dBFS (0.0005) with any microphone that
 * is not muted in hardware or by the system.
 */
export const silentMicrophone = trackThresholdRule({
  id: 'silent-microphone',
  area: 'audio',
  fieldOf: (track) => (track.direction === 'send' && track.kind === 'audio' ? 'audioLevel' : null),
  trouble: 'below',
  thresholds: { enter: 0.0005, leave: 0.001, major: 0.0005, critical: 0.000_01 },
  minMs: 15_000,
  isQuiet: withoutMedia,
});
