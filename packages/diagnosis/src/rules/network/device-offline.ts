import { eventsOf } from '../events.ts';
import type { Rule } from '../rule.ts';
import { severityOf } from '../subjects.ts';

/** A socket survives a flicker shorter than the first retransmission of TCP (RFC 6298: 1 s); calls last out a few seconds. */
const THRESHOLDS = { minMs: 1_000, majorMs: 4_000, criticalMs: 15_000 };

/** The device itself says that it has no network (`navigator.onLine`, HTML standard, section 9.6). */
export const deviceOffline: Rule = {
  id: 'device-offline',
  area: 'network',
  thresholds: THRESHOLDS,
  explains: [
    'transport-stall',
    'consent-lost',
    'ice-failed',
    'ice-restarted',
    'network-change',
    'signalling-lost',
    'packet-loss',
    'choppy-audio',
    'video-freeze',
    'low-frame-rate',
    'one-way-audio',
    'ice-server-unreachable',
  ],
  find: (session) => {
    const events = eventsOf(session, 'online');
    return events.flatMap((event, index) => {
      if (event.online || events.slice(0, index).findLast(isOfSame(event))?.online === false) return [];
      const back = events.slice(index + 1).find((later) => later.online && isOfSame(event)(later));
      const toMs = back?.atMs ?? session.toMs;
      if (toMs - event.atMs < THRESHOLDS.minMs) return [];
      return [
        {
          subject: {
            participantId: event.participantId,
            connectionId: null,
            trackId: null,
            direction: null,
            kind: null,
          },
          fromMs: event.atMs,
          toMs,
          severity: severityOf(toMs - event.atMs, { major: THRESHOLDS.majorMs, critical: THRESHOLDS.criticalMs }),
          confidence: 0.95,
          evidence: [
            {
              measure: 'durationMs' as const,
              value: toMs - event.atMs,
              worst: null,
              threshold: THRESHOLDS.minMs,
              trouble: 'above' as const,
            },
          ],
          facts: {},
        },
      ];
    });
  },
};

const isOfSame = (event: { participantId: string }) => (other: { participantId: string }) =>
  other.participantId === event.participantId;
