import type { Connection, Session } from '../../model/session.ts';
import { connectedMs, eventsOf } from '../events.ts';
import type { Found, Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';
import { iceServerOf, keyOfServer, refusals } from './ice-servers.ts';
import { refusedServerRule } from './refused-server-rule.ts';

/** No answer, or the name is not known (WebRTC 1.0, section 4.8.3). */
const UNREACHABLE = 701;

/**
 * A server that is there answers within a few round trips. Browsers ask one that is not again and again, for half a minute
 * (RFC 8489, section 6.2.1), before they tell of it; programs give up sooner.
 */
const SILENT_MS = 7_000;

const told = refusedServerRule('ice-server-unreachable', (code) => code === UNREACHABLE, 0.85);

/** A STUN or TURN server gives no answer at one of its addresses. */
export const iceServerUnreachable: Rule = {
  ...told,
  thresholds: { silentMs: SILENT_MS },
  find: (session) => [
    ...told.find(session),
    ...session.connections.flatMap((connection) => silentServers(session, connection)),
  ],
};

/** Servers that a connection waited for in vain, where nothing but a relay would do, and that no error was told of. */
function silentServers(session: Session, connection: Connection): Found[] {
  const { id, iceServers, transportPolicy } = connection;
  const states = eventsOf(session, 'gathering_state', id);
  const began = states.find(({ state }) => state === 'gathering');
  const hasCandidate = eventsOf(session, 'candidate', id).some(({ side }) => side === 'local');
  if (transportPolicy !== 'relay' || !began || hasCandidate || connectedMs(session, id) !== null) return [];
  if (states.some(({ state }) => state === 'complete')) return [];
  const closed = eventsOf(session, 'connection_state', id).find(({ state }) => state === 'closed');
  const toMs = closed?.atMs ?? session.toMs;
  if (toMs - began.atMs < SILENT_MS) return [];
  const answered = new Set(refusals(session, connection).map(({ url }) => keyOfServer(url)));
  return iceServers
    .filter((url) => iceServerOf(url)?.kind === 'turn' && !answered.has(keyOfServer(url)))
    .map((address) => ({
      subject: ofConnection(connection),
      fromMs: began.atMs,
      toMs,
      severity: 'major',
      confidence: 0.8,
      evidence: [
        {
          measure: 'durationMs',
          value: toMs - began.atMs,
          worst: null,
          threshold: SILENT_MS,
          trouble: 'above',
        },
      ],
      facts: { address, text: '' },
    }));
}
