import type { Session } from '../../model/session.ts';
import { eventsOf } from '../events.ts';
import type { Found, Rule } from '../rule.ts';
import { severityOf } from '../subjects.ts';

/** A socket comes back within seconds, and nobody notices; what takes longer loses messages, such as that somebody joined. */
const THRESHOLDS = { minMs: 5_000, majorMs: 30_000, criticalMs: Number.POSITIVE_INFINITY };

/** The connection over which the ends agree is gone. Media may flow on: then nobody hears of changes. */
export const signallingLost: Rule = {
  id: 'signalling-lost',
  area: 'connection',
  thresholds: { minMs: THRESHOLDS.minMs, majorMs: THRESHOLDS.majorMs },
  explains: [],
  find: (session) =>
    session.participants.flatMap(({ id }) => {
      const events = eventsOf(session, 'signalling').filter(({ participantId }) => participantId === id);
      // Of several in a row only the first begins something, and only the first open one after it ends it.
      const changes = events.filter(
        ({ state }, index) => index === 0 || (state === 'open') !== (events[index - 1]!.state === 'open'),
      );
      return changes.flatMap((event, index): Found[] => {
        if (event.state === 'open') return [];
        const toMs = changes[index + 1]?.atMs ?? session.toMs;
        const durationMs = toMs - event.atMs;
        if (durationMs < THRESHOLDS.minMs || hungUp(session, id, event.atMs)) return [];
        const media = mediaIn(session, id, event.atMs, toMs);
        return [
          {
            subject: { participantId: id, connectionId: null, trackId: null, direction: null, kind: null },
            fromMs: event.atMs,
            toMs,
            severity:
              media === 'media-lost'
                ? 'major'
                : severityOf(durationMs, { major: THRESHOLDS.majorMs, critical: THRESHOLDS.criticalMs }),
            confidence: media === 'media-unknown' ? 0.75 : 0.9,
            evidence: [
              {
                measure: 'durationMs',
                value: durationMs,
                worst: null,
                threshold: THRESHOLDS.minMs,
                trouble: 'above',
              },
            ],
            facts: { media },
          },
        ];
      });
    }),
};

/** Whoever leaves closes everything at about the same time. */
function hungUp(session: Session, participantId: string, atMs: number): boolean {
  return [...eventsOf(session, 'connection_state'), ...eventsOf(session, 'ice_state')].some(
    (event) =>
      event.state === 'closed' &&
      event.participantId === participantId &&
      Math.abs(event.atMs - atMs) < THRESHOLDS.minMs,
  );
}

function mediaIn(session: Session, participantId: string, fromMs: number, toMs: number): string {
  let [flowing, still] = [0, 0];
  for (const { participantId: owner, samples } of session.connections) {
    if (owner !== participantId) continue;
    for (let index = samples.indexAt(fromMs); index < samples.length && samples.atMs(index) <= toMs; index++) {
      const receivedBps = samples.value('receivedBps', index);
      if (receivedBps !== null && receivedBps > 0) flowing += 1;
      else if (receivedBps !== null) still += 1;
    }
  }
  if (flowing + still === 0) return 'media-unknown';
  return flowing >= still ? 'media-flows' : 'media-lost';
}
