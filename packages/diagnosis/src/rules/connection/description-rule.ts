import type { Session } from '../../model/session.ts';
import { connectedMs, type EventOf, eventsOf } from '../events.ts';
import type { Severity, Subject } from '../finding.ts';
import type { Found, Rule } from '../rule.ts';

type Failed = EventOf<'description_failed'>;

/** Wordings of libwebrtc (pc/sdp_offer_answer.cc, pc/channel.cc) and Firefox (JSEP), the more special first. */
export const FINGERPRINT = /fingerprint|certificate/i;
export const CODEC = /codec|payload type|rtpmap|fmtp|(send|recv|receive) parameters|no common/i;
const M_LINE = /m-?lines?\b|m-?section|m=|bundle|\bmid\b/i;
const STATE = /wrong state|invalidstate|signaling ?state|\bstable\b|have-(local|remote)/i;

/**
 * A rule for descriptions that were refused with certain words.
 * @param more what else shows the same fault
 */
export function descriptionRule(
  id: string,
  explains: readonly string[],
  isMeant: (text: string) => boolean,
  more: (session: Session) => Found[] = () => [],
): Rule {
  return {
    id,
    area: 'connection',
    explains,
    find: (session) => [
      ...eventsOf(session, 'description_failed')
        .filter(({ text }) => isMeant(text))
        .map((event) => ofFailed(session, event)),
      ...more(session),
    ],
  };
}

function ofFailed(session: Session, { atMs, participantId, connectionId, what, text }: Failed): Found {
  return {
    subject: whole(participantId, connectionId),
    fromMs: atMs,
    toMs: atMs,
    severity: severityAt(session, connectionId),
    confidence: 0.95,
    evidence: [],
    facts: {
      what: `description-${what}`,
      // Without its full stop: it stands in a sentence of ours.
      text: text
        .replace(/\s+/g, ' ')
        .slice(0, 200)
        .replace(/[\s.。]+$/, ''),
      why: M_LINE.test(text) ? 'description-m-line' : STATE.test(text) ? 'description-state' : 'description-other',
    },
  };
}

/** A connection as a whole, or all of a participant’s. */
export const whole = (participantId: string, connectionId: string | null): Subject => ({
  participantId,
  connectionId,
  trackId: null,
  direction: null,
  kind: null,
});

/** A connection that never stood has no media at all; one that stands lacks what was to be added. */
const severityAt = (session: Session, connectionId: string): Severity =>
  connectedMs(session, connectionId) === null ? 'critical' : 'major';
