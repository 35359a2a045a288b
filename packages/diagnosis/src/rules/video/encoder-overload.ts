import type { Rule } from '../rule.ts';
import { BUSY, overloadsOf } from './overload.ts';

/** The encoder does not get done with one picture before the next one comes, so that it leaves some out. */
export const encoderOverload: Rule = {
  id: 'encoder-overload',
  area: 'video',
  explains: ['low-frame-rate', 'low-resolution'],
  thresholds: BUSY,
  find: (session) =>
    session.tracks.flatMap((track) => {
      if (track.direction !== 'send') return [];
      const { samples } = track;
      return overloadsOf(session, track, 'encodeMs', (index) => {
        const brought = samples.value('sourceFramesPerSecond', index);
        const frames = samples.value('framesPerSecond', index);
        return brought === null || brought <= 0 || frames === null ? null : 1 - frames / brought;
      });
    }),
};
