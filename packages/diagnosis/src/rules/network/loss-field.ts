import type { Session, Track } from '../../model/session.ts';
import { meanOver } from '../derived.ts';
import type { Finding } from '../finding.ts';

export type LossField = 'lossRatio' | 'remoteLossRatio' | 'retransmittedRatio';

/** How the streams of a session lose, worked out once: of hundreds of streams each stretch of loss asks for it. */
export type Losses = {
  /**
   * Which measure tells best how much of a stream is lost before repair. What is sent is reported by the other end (RFC
   * 3550), but some servers report what is missing after repair: then what they asked for again tells more. A server that
   * only waits longer for what is late asks for little again. Of a server's own streams that says nothing: what never
   * came to it is asked for again as well.
   */
  fieldOf(track: Track): LossField;
  /**
   * The streams on the same way, also as a server sees them, those of which most was lost first: they tell most of how.
   * Never none.
   */
  beside(track: Track): readonly Track[];
};

/** More streams say no more of how a way loses. */
const TELLING = 6;

export function lossesIn({ connections, tracks }: Session): Losses {
  const peers = new Map(connections.flatMap(({ id, peerId }) => (peerId === null ? [] : [[id, peerId] as const])));
  const known = new Set(peers.values());
  const wayOf = ({ connectionId, participantId, direction }: Track): string => {
    const peer = peers.get(connectionId);
    if (peer !== undefined) return `${direction === 'send' ? 'receive' : 'send'} ${peer}`;
    return `${direction} ${known.has(participantId) ? participantId : connectionId}`;
  };
  const fields = new Map(tracks.map((track) => [track, fieldFor(track, peers.has(track.connectionId))]));
  const lostOf = new Map<Track, number>();
  for (const [track, field] of fields)
    lostOf.set(track, lostPackets(track, field, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY));
  const ways = new Map<string, Track[]>();
  for (const [way, streams] of Map.groupBy(tracks, wayOf))
    ways.set(way, streams.toSorted((a, b) => lostOf.get(b)! - lostOf.get(a)!).slice(0, TELLING));
  return {
    fieldOf: (track) => fields.get(track)!,
    beside: (track) => ways.get(wayOf(track))!,
  };
}

function fieldFor({ samples, direction }: Track, isServers: boolean): LossField {
  if (direction === 'receive') return 'lossRatio';
  if (isServers) return 'remoteLossRatio';
  const over = (field: LossField) => meanOver(samples, field, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY) ?? 0;
  return over('retransmittedRatio') > over('remoteLossRatio') ? 'retransmittedRatio' : 'remoteLossRatio';
}

/** @returns how many packets were lost after an instant and up to another, as far as samples tell */
export function lostPackets({ samples }: Track, field: LossField, afterMs: number, toMs: number): number {
  let lost = 0;
  for (let index = samples.indexAt(afterMs + 1); index < samples.length && samples.atMs(index) <= toMs; index++)
    lost += (samples.value(field, index) ?? 0) * (samples.value('packets', index) ?? 0);
  return lost;
}

/** A queue that stands this long is none that a burst makes (CoDel's interval is 100 ms; RFC 8289, section 4.3), ms. */
const QUEUE_MS = 60;
/** Fewer round trips have no short ones among them. */
const LEAST_ROUND_TRIPS = 8;
/** A round trip is told by the sample after it: browsers measure one every 2.5 s, ms. */
const TOLD_LATER_MS = 2_500;

/**
 * How long packets waited while something was lost: what a quarter of the round trips of the time exceed, above the
 * call’s short ones.
 * @returns 0 where too little is known
 */
export function waitedMs({ connections }: Session, track: Track, fromMs: number, toMs: number): number {
  const samples = connections.find(({ id }) => id === track.connectionId)?.samples;
  if (!samples) return 0;
  const all: number[] = [];
  const within: number[] = [];
  for (let index = 0; index < samples.length; index++) {
    const rttMs = samples.value('rttMs', index);
    if (rttMs === null) continue;
    all.push(rttMs);
    if (samples.atMs(index) > fromMs && samples.atMs(index) <= toMs + TOLD_LATER_MS) within.push(rttMs);
  }
  if (all.length < LEAST_ROUND_TRIPS || within.length < 2) return 0;
  const at = (values: number[], share: number) =>
    values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)]!;
  return Math.round(Math.max(0, at(within, 0.75) - at(all, 0.2)));
}

/** Whether what was lost was lost beside a queue, which a way makes that is too narrow. */
export const hasQueue = ({ facts }: Finding): boolean => Number(facts.waitMs ?? 0) >= QUEUE_MS;

/** A way that is too narrow loses some of what it is given; where much is lost without a queue, the loss comes first. */
export const accountsForLoss = (_: Finding, effect: Finding): boolean =>
  effect.rule !== 'packet-loss' || effect.severity === 'minor' || hasQueue(effect);
