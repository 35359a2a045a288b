import { type RuleCase, seconds, videoCall } from '../../testing.ts';

/** Of each rule a call that has the fault, and one just short of it. */
export const videoCases: readonly RuleCase[] = [
  [
    'video-freeze',
    videoCall([...seconds(5, { freezeMs: 0 }), { freezeMs: 700 }, ...seconds(5, { freezeMs: 0 })]),
    videoCall([...seconds(5, { freezeMs: 0 }), { freezeMs: 350 }, ...seconds(5, { freezeMs: 0 })]),
  ],
  [
    'low-frame-rate',
    videoCall(seconds(20, { framesPerSecond: 7, bitrateBps: 300_000 })),
    videoCall(seconds(20, { framesPerSecond: 13, bitrateBps: 300_000 })),
  ],
];
