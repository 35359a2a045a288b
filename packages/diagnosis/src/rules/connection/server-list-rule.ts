import type { Evidence, Severity, Subject } from '../finding.ts';
import type { Found, Rule } from '../rule.ts';
import { type ServerList, serverLists } from './server-lists.ts';

/** What comes of a server that cannot be reached. */
export const EFFECTS = ['signalling-lost', 'ice-failed', 'no-candidates'];

/** A rule for what is wrong with a list of servers, as each participant has one. */
export function listRule(id: string, explains: readonly string[], find: (list: ServerList) => Partial<Found>[]): Rule {
  return {
    id,
    area: 'connection',
    explains,
    find: (session) =>
      serverLists(session).flatMap((list) =>
        find(list).map((found) => ({
          subject: ofParticipant(list.participantId),
          fromMs: list.fromMs,
          toMs: list.toMs,
          severity: 'minor' as const,
          confidence: 0.9,
          evidence: [],
          facts: {},
          ...found,
        })),
      ),
  };
}

const ofParticipant = (participantId: string): Subject => ({
  participantId,
  connectionId: null,
  trackId: null,
  direction: null,
  kind: null,
});

/** Whether any of them was. */
export const isReached = ({ servers }: ServerList) => servers.some(({ outcome }) => outcome === 'connected');
/** Those that gave no answer. */
export const failed = ({ servers }: ServerList) => servers.filter(({ outcome }) => outcome === 'failed');

/** A weakness nobody felt yet is minor; what left somebody without a server is as bad as it gets. */
export const severityFor = (list: ServerList): Severity =>
  isReached(list) || failed(list).length === 0 ? 'minor' : 'critical';

/** How many places there are, of those it takes. */
export const counted = (value: number, threshold: number): Evidence[] => [
  { measure: 'count' as const, value, worst: null, threshold, trouble: 'below' as const },
];
