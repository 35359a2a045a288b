import type { Connection, Session } from '../../model/session.ts';
import { eventsOf, isConnected } from '../events.ts';
import type { Found, Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';
import { isClosed } from './attempts.ts';

/** Consent to send ends after 30 s without an answer (RFC 7675, section 5.1); libwebrtc gives up after 15 s. */
const THRESHOLD_MS = 15_000;

/** Who left at this moment, or shortly before, lost nothing, ms. */
const LEAVING_MS = 8_000;

/** A connection that stood is lost for good: the other end no longer answers. */
export const consentLost: Rule = {
  id: 'consent-lost',
  area: 'connection',
  thresholds: { minMs: THRESHOLD_MS },
  explains: [
    'ice-failed',
    'transport-stall',
    'ice-restarted',
    'choppy-audio',
    'video-freeze',
    'low-frame-rate',
    'packet-loss',
    'high-rtt',
    'congestion',
    'one-way-audio',
    'bandwidth-limited',
  ],
  find: (session) => session.connections.flatMap((connection) => losses(session, connection)),
};

function losses(session: Session, connection: Connection): Found[] {
  const ice = eventsOf(session, 'ice_state', connection.id);
  const states = ice.length > 0 ? ice : eventsOf(session, 'connection_state', connection.id);
  return states.flatMap(({ state, atMs }, index): Found[] => {
    if (state !== 'disconnected' || !states.slice(0, index).some((one) => isConnected(one.state))) return [];
    const next = states[index + 1];
    const isGivenUp = next?.state === 'failed' || (next === undefined && failsAsAWhole(session, connection, atMs));
    const isLeft = next === undefined && session.toMs - atMs >= THRESHOLD_MS && !isClosed(session, connection.id);
    if ((!isGivenUp && !isLeft) || hasLeft(session, connection, atMs)) return [];
    const back = states.slice(index + 1).find((one) => isConnected(one.state));
    const toMs = back?.atMs ?? session.toMs;
    const unanswered = unansweredChecks(connection, atMs, toMs);
    return [
      {
        subject: ofConnection(connection),
        fromMs: atMs,
        toMs,
        severity: back ? 'major' : 'critical',
        confidence: unanswered === null ? 0.85 : 0.95,
        evidence: [
          {
            measure: 'durationMs',
            value: (next?.atMs ?? toMs) - atMs,
            worst: null,
            threshold: null,
            trouble: 'above',
          },
          ...(unanswered === null
            ? []
            : [{ measure: 'count' as const, value: unanswered, worst: null, threshold: 0, trouble: 'above' as const }]),
        ],
        facts: { signalling: signallingAt(session, connection.participantId, atMs) },
      },
    ];
  });
}

const failsAsAWhole = (session: Session, { id }: Connection, afterMs: number) =>
  eventsOf(session, 'connection_state', id).some(({ state, atMs }) => state === 'failed' && atMs >= afterMs);

/** Where the other end's own measurements are here: whether they end at this moment. */
function hasLeft(session: Session, { participantId }: Connection, atMs: number): boolean {
  const others = session.connections.filter((one) => one.participantId !== participantId && one.samples.length > 0);
  return (
    others.length > 0 &&
    others.every(({ samples }) => samples.atMs(samples.length - 1) <= atMs + 1_000) &&
    others.some(({ samples }) => samples.atMs(samples.length - 1) >= atMs - LEAVING_MS * 4)
  );
}

/** @returns how many checks got no answer; null where some did, or nobody says */
function unansweredChecks({ samples }: Connection, fromMs: number, toMs: number): number | null {
  let [sent, answered] = [0, 0];
  for (let index = samples.indexAt(fromMs); index < samples.length && samples.atMs(index) <= toMs; index++) {
    sent += samples.value('checksSent', index) ?? 0;
    answered += samples.value('checksAnswered', index) ?? 0;
  }
  return sent > 0 && answered === 0 ? sent : null;
}

function signallingAt(session: Session, participantId: string, atMs: number): string {
  const last = eventsOf(session, 'signalling').findLast(
    (event) => event.participantId === participantId && event.atMs <= atMs,
  );
  return last === undefined ? 'signalling-unknown' : last.state === 'open' ? 'signalling-open' : 'signalling-gone';
}
