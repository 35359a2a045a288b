import type { Session } from '../../model/session.ts';
import { type EventOf, eventsOf } from '../events.ts';
import type { Found, Rule } from '../rule.ts';
import { ofTrack } from '../subjects.ts';
import { silencesOf } from './silence.ts';

/** Devices made of software, as their makers name them: they bring what a program puts in, which is mostly nothing. */
const VIRTUAL =
  /virtual|blackhole|vb-audio|vb-cable|cable output|voicemeeter|stereo mix|loopback|soundflower|立体声混音|虚拟/i;

/** The call listens to another microphone than the one that is spoken into. */
export const wrongMicrophone: Rule = {
  id: 'wrong-microphone',
  area: 'audio',
  explains: ['silent-microphone', 'quiet-microphone', 'one-way-audio'],
  find: (session) => {
    const compared = eventsOf(session, 'microphone_compared');
    return compared.flatMap((event, index) => {
      const next = compared.slice(index + 1).find(({ participantId }) => participantId === event.participantId);
      return foundIn(session, event, next?.atMs ?? session.toMs);
    });
  },
};

function foundIn(session: Session, event: EventOf<'microphone_compared'>, untilMs: number): Found[] {
  const { label, defaultLabel, audibleLabel } = event;
  const confidence = confidenceOf(label, defaultLabel, audibleLabel);
  if (confidence === null) return [];
  const tracks = session.tracks.filter(({ participantId }) => participantId === event.participantId);
  for (const track of tracks) {
    const silence = silencesOf(session, track).find(({ span }) => span.toMs > event.atMs && span.fromMs < untilMs);
    if (!silence) continue;
    const { fromMs, toMs } = silence.span;
    return [
      {
        subject: ofTrack(track),
        fromMs,
        toMs,
        severity: 'critical',
        confidence,
        evidence: [],
        facts: { label, other: audibleLabel ?? defaultLabel ?? '' },
      },
    ];
  }
  return [];
}

/** @returns null where nothing says that another one would do better */
function confidenceOf(label: string, defaultLabel: string | null, audibleLabel: string | null): number | null {
  if (audibleLabel !== null) return audibleLabel === label ? null : 0.95;
  if (defaultLabel === null || defaultLabel === label) return null;
  return VIRTUAL.test(label) ? 0.85 : 0.65;
}
