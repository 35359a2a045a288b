import { foundOf } from '../derived.ts';
import type { Rule } from '../rule.ts';
import { SILENCE, silencesOf } from './silence.ts';

/** Whoever was heard before may have pressed a switch. */
const HEARD_TRUST = 0.85;

/** The microphone brings nothing, or next to nothing: muted in hardware or by the system, dead, or the wrong one. */
export const silentMicrophone: Rule = {
  id: 'silent-microphone',
  area: 'audio',
  explains: ['one-way-audio', 'quiet-microphone'],
  thresholds: SILENCE,
  find: (session) =>
    session.tracks.flatMap((track) =>
      silencesOf(session, track).map(({ span, isNone, wasHeard }) =>
        foundOf(track, span, {
          measure: 'audioLevel',
          threshold: SILENCE.enter,
          trouble: 'below',
          steps: { major: SILENCE.enter, critical: SILENCE.none },
          facts: { level: isNone ? 'level-none' : 'level-nearly-none' },
          trust: wasHeard ? HEARD_TRUST : 1,
        }),
      ),
    ),
};
