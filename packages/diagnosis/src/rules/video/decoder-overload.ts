import type { Rule } from '../rule.ts';
import { BUSY, overloadsOf } from './overload.ts';

/** Pictures come faster than they are decoded, so that some are dropped. */
export const decoderOverload: Rule = {
  id: 'decoder-overload',
  area: 'video',
  explains: ['video-freeze', 'low-frame-rate', 'stuck-decoder', 'av-out-of-sync'],
  thresholds: BUSY,
  find: (session) =>
    session.tracks.flatMap((track) => {
      if (track.direction !== 'receive') return [];
      const { samples } = track;
      return overloadsOf(session, track, 'decodeMs', (index) => {
        const dropped = samples.value('framesDropped', index);
        const received = samples.value('framesReceived', index);
        return dropped === null || received === null || received <= 0 ? null : dropped / received;
      });
    }),
};
