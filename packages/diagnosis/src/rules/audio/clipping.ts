import type { Rule } from '../rule.ts';
import { trackThresholdRule } from '../threshold-rule.ts';

const sent = { id: 'clipping', area: 'audio', trouble: 'above' } as const;

/** Half a percent of samples cut off is heard as a rasp (a sine 1 dB beyond full scale has 15 %, speech far fewer). */
const measured = trackThresholdRule({
  ...sent,
  fieldOf: (track) => (track.direction === 'send' && track.kind === 'audio' ? 'clippedRatio' : null),
  thresholds: { enter: 0.005, leave: 0.002, major: 0.02, critical: 0.1 },
  minMs: 3_500,
});

/**
 * Where no client counts samples: Chromium's energy is that of each moment's peak (audio_level.cc), so that speech at a
 * good level has 0.1 to 0.4 of it, and only what stands at full scale all the time has more than 0.85.
 */
const guessed = trackThresholdRule({
  ...sent,
  fieldOf: (track) =>
    track.direction === 'send' && track.kind === 'audio' && !track.samples.has('clippedRatio') ? 'audioLevel' : null,
  thresholds: { enter: 0.85, leave: 0.7, major: 2, critical: 2 },
  minMs: 10_000,
  trustOf: () => 0.6,
});

/** The microphone is so loud that its peaks are cut off. */
export const clipping: Rule = {
  id: 'clipping',
  area: 'audio',
  // Whatever makes the voice too loud makes the room too loud.
  explains: ['noise'],
  thresholds: { ...measured.thresholds },
  find: (session) => [...measured.find(session), ...guessed.find(session)],
};
