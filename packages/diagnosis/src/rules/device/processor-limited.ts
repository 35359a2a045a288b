import type { Rule } from '../rule.ts';
import { trackThresholdRule } from '../threshold-rule.ts';
import { starvationsOf } from './starvation.ts';

/** The encoder lowers picture size or frame rate because the processor does not keep up (webrtc-stats, `cpu`). */
const held = trackThresholdRule({
  id: 'processor-limited',
  area: 'device',
  explains: [
    'encoder-overload',
    'decoder-overload',
    'playout-glitches',
    'sample-rate-mismatch',
    'clock-drift',
    'low-frame-rate',
    'low-resolution',
    'video-freeze',
    'choppy-audio',
    'time-stretched-audio',
    'av-out-of-sync',
    'high-jitter',
    'high-rtt',
  ],
  fieldOf: (track) => (track.direction === 'send' && track.kind === 'video' ? 'processorLimitedRatio' : null),
  trouble: 'above',
  thresholds: { enter: 0.5, leave: 0.2, major: 0.6, critical: 2 },
  minMs: 3_500,
});

/** The processor does not keep up with the call: its encoder says so, or everything comes late at once. */
export const processorLimited: Rule = {
  ...held,
  // What holds back an encoder alone says nothing of packets; what is late as a whole does.
  accountsFor: (cause, effect) => cause.facts.how === 'everything-late' || effect.area !== 'network',
  find: (session) => [
    ...held.find(session).map((found) => ({ ...found, facts: { how: 'encoder-held-back' } })),
    ...session.participants.flatMap((participant) => starvationsOf(session, participant)),
  ],
};
