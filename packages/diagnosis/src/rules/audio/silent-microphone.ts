import { foundOf } from '../derived.ts';
import type { Rule } from '../rule.ts';
import { SILENCE, silencesOf } from './silence.ts';

/** In a dump nobody says whether a microphone that brings exact zeros was muted on purpose. */
const UNTOLD_TRUST = 0.6;

/** The microphone brings nothing, or next to nothing: muted in hardware or by the system, dead, or the wrong one. */
export const silentMicrophone: Rule = {
  id: 'silent-microphone',
  area: 'audio',
  explains: ['one-way-audio', 'quiet-microphone'],
  find: (session) =>
    session.tracks.flatMap((track) =>
      silencesOf(session, track).map(({ span, isNone }) =>
        foundOf(track, span, {
          measure: 'audioLevel',
          threshold: SILENCE.enter,
          trouble: 'below',
          steps: { major: SILENCE.enter, critical: SILENCE.none },
          facts: { level: isNone ? 'level-none' : 'level-nearly-none' },
          trust: session.format === 'live' ? 1 : UNTOLD_TRUST,
        }),
      ),
    ),
};
