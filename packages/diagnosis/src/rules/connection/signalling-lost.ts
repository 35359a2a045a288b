import type { Session } from '../../model/session.ts';
import { eventsOf } from '../events.ts';
import type { Found, Rule } from '../rule.ts';
import { severityOf } from '../subjects.ts';

/** A socket comes back within seconds, and nobody notices; what takes longer loses messages, such as that somebody joined. */
const THRESHOLDS = { minMs: 5_000, majorMs: 30_000, criticalMs: Number.POSITIVE_INFINITY };

/**
 * Clients ping every few seconds, ours every 2; a library takes its signalling for lost after 15 or so. A server hears
 * sooner that somebody is silent who was not before. TCP comes back from single losses within a second or two.
 */
const SILENT = { lostMs: 7_000, usualMs: 4_000 };

type Stretch = { fromMs: number; toMs: number; media: string };

/** The connection over which the ends agree is gone. Media may flow on: then nobody hears of changes. */
export const signallingLost: Rule = {
  id: 'signalling-lost',
  area: 'connection',
  thresholds: { minMs: THRESHOLDS.minMs, majorMs: THRESHOLDS.majorMs, silentMs: SILENT.lostMs },
  explains: [],
  find: (session) =>
    everybodyIn(session).flatMap((id) =>
      joined([...closedTimes(session, id), ...silences(session, id)]).map(({ fromMs, toMs, media }): Found => {
        const durationMs = toMs - fromMs;
        return {
          subject: { participantId: id, connectionId: null, trackId: null, direction: null, kind: null },
          fromMs,
          toMs,
          severity:
            media === 'media-lost'
              ? 'major'
              : severityOf(durationMs, { major: THRESHOLDS.majorMs, critical: THRESHOLDS.criticalMs }),
          confidence: media === 'media-unknown' ? 0.75 : 0.9,
          evidence: [
            { measure: 'durationMs', value: durationMs, worst: null, threshold: THRESHOLDS.minMs, trouble: 'above' },
          ],
          facts: { media },
        };
      }),
    ),
};

/** Those who measured, and those whom only a server saw. */
const everybodyIn = ({ participants, connections }: Session): string[] => [
  ...new Set([...participants.map(({ id }) => id), ...connections.flatMap(({ peerId }) => peerId ?? [])]),
];

/** As the page of whoever lost it tells. */
function closedTimes(session: Session, id: string): Stretch[] {
  const events = eventsOf(session, 'signalling').filter(({ participantId }) => participantId === id);
  // Of several in a row only the first begins something, and only the first open one after it ends it.
  const changes = events.filter(
    ({ state }, index) => index === 0 || (state === 'open') !== (events[index - 1]!.state === 'open'),
  );
  return changes.flatMap((event, index) => {
    if (event.state === 'open') return [];
    const fromMs = event.atMs;
    const toMs = changes[index + 1]?.atMs ?? session.toMs;
    if (toMs - fromMs < THRESHOLDS.minMs || hungUp(session, id, fromMs)) return [];
    return [{ fromMs, toMs, media: mediaIn(session, id, fromMs, toMs) }];
  });
}

/** As a server tells that hears nothing any more, while media come from the same person all the time. */
function silences(session: Session, id: string): Stretch[] {
  return session.connections.flatMap(({ peerId, samples }) => {
    if (peerId !== id || !samples.has('signalSilentMs')) return [];
    const found: Stretch[] = [];
    let wasHeard = false;
    let flowsSinceMs = Number.POSITIVE_INFINITY;
    for (let index = 0; index < samples.length; index++) {
      const atMs = samples.atMs(index);
      const silentMs = samples.value('signalSilentMs', index);
      const flows = (samples.value('receivedBps', index) ?? 0) > 0;
      flowsSinceMs = flows ? Math.min(flowsSinceMs, atMs) : Number.POSITIVE_INFINITY;
      if (silentMs === null) continue;
      wasHeard ||= silentMs <= SILENT.usualMs;
      const fromMs = atMs - silentMs;
      // What was cut altogether takes a while until it is repeated; a network that is back is none of this.
      if (wasHeard && silentMs > SILENT.lostMs && flowsSinceMs <= fromMs + SILENT.usualMs)
        found.push({ fromMs, toMs: atMs, media: 'media-flows' });
    }
    return found;
  });
}

/** One loss is told by both: by the one first, and longer by the other. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const stretch of stretches.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last && stretch.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, stretch.toMs);
    else merged.push({ ...stretch });
  }
  return merged;
}

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
