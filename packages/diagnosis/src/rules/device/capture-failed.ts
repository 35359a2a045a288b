import type { CaptureErrorName, SessionEvent } from '../../model/events.ts';
import type { Session } from '../../model/session.ts';
import { eventsOf } from '../events.ts';
import type { Rule } from '../rule.ts';

type Failure = Extract<SessionEvent, { type: 'capture_failed' }>;

/** A rule for one way in which a microphone, camera or screen is not given (Media Capture and Streams, section 10.2.6). */
function captureRule(id: string, names: readonly CaptureErrorName[]): Rule {
  return {
    id,
    area: 'device',
    explains: [],
    find: (session) =>
      session.events.flatMap((event) => {
        if (event.type !== 'capture_failed' || !names.includes(event.name)) return [];
        const isGiven = wasGiven(session, event);
        return [
          {
            subject: {
              participantId: event.participantId,
              connectionId: null,
              trackId: null,
              direction: 'send' as const,
              kind:
                event.what === 'microphone' ? ('audio' as const) : event.what === 'unknown' ? null : ('video' as const),
            },
            fromMs: event.atMs,
            toMs: event.atMs,
            severity: isGiven || event.what === 'screen' ? ('minor' as const) : ('critical' as const),
            confidence: 0.98,
            evidence: [],
            facts: { device: event.what, error: event.name },
          },
        ];
      }),
  };
}

/** Whoever got one, before or after, is not left without: a second device was asked for, or a second try helped. */
const wasGiven = (session: Session, failure: Failure) =>
  eventsOf(session, 'capture_started').some(
    (event) =>
      event.participantId === failure.participantId &&
      // Asked for together, microphone and camera are told as a camera.
      (event.what === failure.what || (event.what === 'camera' && failure.what === 'microphone')),
  );

/** A person or a policy said no. */
export const permissionDenied = captureRule('permission-denied', [
  'NotAllowedError',
  'PermissionDeniedError',
  'SecurityError',
]);
/** Another program has it, or the system does not hand it out. */
export const deviceInUse = captureRule('device-in-use', ['NotReadableError', 'TrackStartError', 'AbortError']);
/** There is none. */
export const deviceMissing = captureRule('device-missing', ['NotFoundError', 'DevicesNotFoundError']);
/** There is one, but not as the program wants it. */
export const deviceUnsuitable = captureRule('device-unsuitable', [
  'OverconstrainedError',
  'ConstraintNotSatisfiedError',
  'TypeError',
]);
