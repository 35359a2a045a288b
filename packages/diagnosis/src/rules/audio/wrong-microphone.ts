import type { Session } from '../../model/session.ts';
import { eventsOf } from '../events.ts';
import type { Found, Rule } from '../rule.ts';
import { ofTrack } from '../subjects.ts';
import { silencesOf } from './silence.ts';

/** Devices made of software, as their makers name them: they bring what a program puts in, which is mostly nothing. */
const VIRTUAL =
  /virtual|blackhole|vb-audio|vb-cable|cable output|voicemeeter|stereo mix|loopback|soundflower|立体声混音|虚拟/i;

/** Below it nothing says that the other one would bring sound. */
const SURE = 0.75;

/** What is known of the microphone somebody uses from some moment on. */
type Choice = {
  participantId: string;
  atMs: number;
  label: string;
  defaultLabel: string | null;
  audibleLabel: string | null;
};

/** The call listens to another microphone than the one that is spoken into. */
export const wrongMicrophone: Rule = {
  id: 'wrong-microphone',
  area: 'audio',
  explains: ['silent-microphone', 'quiet-microphone', 'one-way-audio'],
  // That another one is the system's own says little: whoever has a headset chooses it.
  accountsFor: (cause) => cause.confidence >= SURE,
  find(session) {
    const choices = choicesOf(session);
    return choices.flatMap((choice, index) => {
      const next = choices.slice(index + 1).find(({ participantId }) => participantId === choice.participantId);
      return foundIn(session, choice, next?.atMs ?? session.toMs);
    });
  },
};

/** Compared with others where somebody did; else by the name of what was captured alone. */
function choicesOf(session: Session): Choice[] {
  const compared: Choice[] = [...eventsOf(session, 'microphone_compared')];
  const captured = eventsOf(session, 'capture_started').flatMap(({ participantId, atMs, what, label }): Choice[] => {
    const isCompared = compared.some((choice) => choice.participantId === participantId);
    if (what !== 'microphone' || label === null || isCompared) return [];
    return [{ participantId, atMs, label, defaultLabel: null, audibleLabel: null }];
  });
  return [...compared, ...captured].sort((a, b) => a.atMs - b.atMs);
}

function foundIn(session: Session, choice: Choice, untilMs: number): Found[] {
  const { label, defaultLabel, audibleLabel } = choice;
  const confidence = confidenceOf(label, defaultLabel, audibleLabel);
  if (confidence === null) return [];
  const other = audibleLabel ?? (defaultLabel === label ? null : defaultLabel);
  const tracks = session.tracks.filter(({ participantId }) => participantId === choice.participantId);
  for (const track of tracks) {
    const silence = silencesOf(session, track).find(({ span }) => span.toMs > choice.atMs && span.fromMs < untilMs);
    if (!silence) continue;
    const { fromMs, toMs } = silence.span;
    const facts = { label, other: other === null ? 'another-microphone' : `“${other}”` };
    return [
      {
        subject: ofTrack(track),
        fromMs,
        toMs,
        severity: confidence >= SURE ? 'critical' : 'minor',
        confidence,
        evidence: [],
        facts,
      },
    ];
  }
  return [];
}

/** @returns null where nothing says that another one would do better */
function confidenceOf(label: string, defaultLabel: string | null, audibleLabel: string | null): number | null {
  if (audibleLabel !== null) return audibleLabel === label ? null : 0.95;
  if (VIRTUAL.test(label)) return defaultLabel === null || defaultLabel === label ? 0.75 : 0.85;
  return defaultLabel === null || defaultLabel === label ? null : 0.65;
}
