import type { ReadonlySeries } from '../../model/series.ts';
import type { Connection, Session } from '../../model/session.ts';
import { MAX_GAP_MS } from '../derived.ts';
import { eventsOf } from '../events.ts';
import type { Rule } from '../rule.ts';
import { troubleSpans } from '../spans.ts';
import { ofConnection, severityOf } from '../subjects.ts';

/**
 * Consent to send is checked every 5 s and given up after 30 (RFC 7675, section 5.1); browsers check every 2.5 s
 * (libwebrtc, STABLE_CONNECTION_PING_INTERVAL): in this time at least one check had to be answered.
 */
const THRESHOLDS = { minMs: 3_500, majorMs: 5_000, criticalMs: 15_000 };

/** Consent runs out 30 s after the last answer; Firefox tells its first doubt long before, ms. */
const NOTICED_MS = 10_000;

/** Nothing at all comes through, though the connection is thought to stand. */
export const transportStall: Rule = {
  id: 'transport-stall',
  area: 'network',
  thresholds: THRESHOLDS,
  explains: [
    'choppy-audio',
    'video-freeze',
    'packet-loss',
    'low-frame-rate',
    'low-resolution',
    'high-rtt',
    'high-jitter',
    'congestion',
    'bandwidth-limited',
    'downlink-limited',
    'ice-restarted',
    'one-way-audio',
    'signalling-lost',
    'keyframe-storm',
  ],
  find: (session) =>
    session.connections.flatMap((connection) => {
      const { samples, id } = connection;
      // Who receives nothing because nobody sends still gets answers to connectivity checks.
      const isUsed =
        samples.has('receivedBps') &&
        session.tracks.some(({ connectionId, direction }) => connectionId === id && direction === 'receive');
      if (!isUsed) return [];
      const closedMs = closingMs(session, id);
      return troubleSpans(samples, 'receivedBps', {
        trouble: 'below',
        enter: 1,
        leave: 1,
        minSamples: 2,
        minMs: THRESHOLDS.minMs,
        maxGapMs: MAX_GAP_MS,
        isQuiet: (atMs) => atMs >= closedMs,
      })
        .filter(
          ({ fromMs, toMs }) =>
            hadMedia(connection, fromMs) &&
            !isAnswered(connection, fromMs, toMs) &&
            !isHeld(session, connection, fromMs, toMs),
        )
        .map(({ fromMs, toMs }) => ({
          subject: ofConnection(connection),
          fromMs,
          toMs,
          severity: severityOf(toMs - fromMs, { major: THRESHOLDS.majorMs, critical: THRESHOLDS.criticalMs }),
          confidence: samples.has('checksAnswered') ? 0.95 : 0.85,
          evidence: [
            {
              measure: 'durationMs' as const,
              value: toMs - fromMs,
              worst: null,
              threshold: THRESHOLDS.minMs,
              trouble: 'above' as const,
            },
          ],
          facts: {},
        }));
    }),
};

function closingMs(session: Session, connectionId: string): number {
  const ice = eventsOf(session, 'ice_state', connectionId).find(({ state }) => state === 'closed');
  const whole = eventsOf(session, 'connection_state', connectionId).find(({ state }) => state === 'closed');
  return Math.min(ice?.atMs ?? Number.POSITIVE_INFINITY, whole?.atMs ?? Number.POSITIVE_INFINITY);
}

/** Before the first media there is nothing that could stall. */
function hadMedia({ samples }: Connection, beforeMs: number): boolean {
  for (let index = 0; index < samples.length && samples.atMs(index) <= beforeMs; index++)
    if ((samples.value('receivedBps', index) ?? 0) > 0) return true;
  return false;
}

/** Whether any check was answered in it: then the way is open, and nobody sends. No sample in it holds what was before. */
function isAnswered({ samples }: Connection, fromMs: number, toMs: number): boolean {
  for (let index = samples.indexAt(fromMs + 1); index < samples.length && samples.atMs(index) <= toMs; index++)
    if ((samples.value('checksAnswered', index) ?? 0) > 0) return true;
  return (samples.value('checksAnswered', samples.indexAt(fromMs)) ?? 0) > 0 && !hasBytes(samples, fromMs);
}

/**
 * Where no checks are told (Firefox before 2025), a call on hold by both looks dead, but for that nothing is sent either.
 * Who only watches sends reports all the time, and no media that would tell: there ICE has to have lost the way too.
 */
function isHeld(session: Session, { id, samples }: Connection, fromMs: number, toMs: number): boolean {
  if (samples.has('checksAnswered') || !samples.has('sentBps')) return false;
  if (sumOf(samples, 'sentBps', fromMs, toMs) === 0) return true;
  const isSending = session.tracks.some(
    ({ connectionId, direction, samples: sent }) =>
      connectionId === id && direction === 'send' && (sumOf(sent, 'packets', fromMs, toMs) > 0 || !sent.has('packets')),
  );
  return !isSending && !wasLost(session, id, fromMs, toMs);
}

/** Whether ICE noticed: after some seconds without an answer browsers say `disconnected` (RFC 7675, section 5.1). */
const wasLost = (session: Session, connectionId: string, fromMs: number, toMs: number) =>
  [...eventsOf(session, 'ice_state', connectionId), ...eventsOf(session, 'connection_state', connectionId)].some(
    ({ atMs, state }) =>
      (state === 'disconnected' || state === 'failed') && atMs >= fromMs - NOTICED_MS && atMs <= toMs + NOTICED_MS,
  );

function sumOf<F extends string>(samples: ReadonlySeries<F>, field: F, fromMs: number, toMs: number): number {
  let sum = 0;
  for (let index = samples.indexAt(fromMs + 1); index < samples.length && samples.atMs(index) <= toMs; index++)
    sum += samples.value(field, index) ?? 0;
  return sum;
}

/** A span that begins behind a gap holds its first sample too. */
const hasBytes = (samples: Connection['samples'], atMs: number) =>
  (samples.value('receivedBps', samples.indexAt(atMs)) ?? 1) > 0;
