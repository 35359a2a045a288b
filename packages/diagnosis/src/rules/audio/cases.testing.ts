import { audioCall, type RuleCase, seconds } from '../../testing.ts';

/** Of each rule a call that has the fault, and one just short of it. */
export const audioCases: readonly RuleCase[] = [
  [
    'choppy-audio',
    audioCall(seconds(20, { concealedRatio: 0.08, silentConcealedRatio: 0.01 })),
    // Nearly all of what was concealed was silence.
    audioCall(seconds(20, { concealedRatio: 0.005, silentConcealedRatio: 0.6 })),
  ],
  [
    'silent-microphone',
    audioCall(seconds(30, { audioLevel: 0, bitrateBps: 20_000 }), 'send'),
    audioCall(seconds(30, { audioLevel: 0.001, bitrateBps: 20_000 }), 'send'),
  ],
];
