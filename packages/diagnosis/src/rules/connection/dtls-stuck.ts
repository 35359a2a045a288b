import type { Connection, Session } from '../../model/session.ts';
import { eventsOf, isConnected } from '../events.ts';
import type { Found, Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';

/** DTLS repeats a lost flight after 1 s and then twice as late each time (RFC 9147, section 5.8.2): three losses by then. */
const THRESHOLD_MS = 10_000;

/** The ends reach each other, but do not agree on keys: no media can be encrypted, so none is sent. */
export const dtlsStuck: Rule = {
  id: 'dtls-stuck',
  area: 'connection',
  thresholds: { minMs: THRESHOLD_MS },
  explains: ['one-way-audio', 'transport-stall', 'ice-failed'],
  find: (session) => session.connections.flatMap((connection) => stuck(session, connection)),
};

function stuck(session: Session, connection: Connection): Found[] {
  const { id } = connection;
  const reached = eventsOf(session, 'ice_state', id).find(({ state }) => isConnected(state));
  const dtls = eventsOf(session, 'dtls_state', id);
  const whole = eventsOf(session, 'connection_state', id);
  const failed = dtls.find(({ state }) => state === 'failed');
  const isAgreed = dtls.some(({ state }) => state === 'connected') || whole.some(({ state }) => state === 'connected');
  if (isAgreed || (!reached && !failed) || hasMedia(session, connection)) return [];
  const fromMs = reached?.atMs ?? failed!.atMs;
  const broken =
    failed ?? whole.find(({ state, atMs }) => state === 'failed' && atMs > fromMs && isStillReached(session, id, atMs));
  const ended = [...whole, ...eventsOf(session, 'ice_state', id)].find(
    ({ state, atMs }) => (state === 'closed' || state === 'failed' || state === 'disconnected') && atMs >= fromMs,
  );
  const toMs = broken?.atMs ?? ended?.atMs ?? session.toMs;
  // Without any word of keys or of the whole connection nothing is known of them.
  const isTold = dtls.length > 0 || whole.some(({ state }) => state === 'connecting');
  if (!broken && (!isTold || toMs - fromMs < THRESHOLD_MS)) return [];
  return [
    {
      subject: ofConnection(connection),
      fromMs,
      toMs,
      severity: 'critical',
      confidence: failed ? 0.95 : 0.85,
      evidence: [
        {
          measure: 'durationMs',
          value: toMs - fromMs,
          worst: null,
          threshold: THRESHOLD_MS,
          trouble: 'above',
        },
      ],
      facts: { state: failed ? 'dtls-failed' : 'dtls-waiting' },
    },
  ];
}

const isStillReached = (session: Session, id: string, atMs: number) => {
  const state = eventsOf(session, 'ice_state', id).findLast((event) => event.atMs <= atMs)?.state;
  return state !== undefined && isConnected(state);
};

const hasMedia = (session: Session, { id }: Connection) =>
  session.tracks.some(({ connectionId, direction, samples }) => {
    if (connectionId !== id || direction !== 'receive') return false;
    for (let index = 0; index < samples.length; index++) if ((samples.value('packets', index) ?? 0) > 0) return true;
    return false;
  });
