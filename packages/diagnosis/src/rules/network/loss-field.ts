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
  /** Of the streams on the same way, the one of which most was lost: it tells most of how. */
  mostLostBeside(track: Track): Track;
};

export function lossesIn({ connections, tracks }: Session): Losses {
  const servers = new Set(connections.flatMap(({ id, peerId }) => (peerId === null ? [] : [id])));
  const fields = new Map(tracks.map((track) => [track, fieldFor(track, servers.has(track.connectionId))]));
  const most = new Map<string, { track: Track; lost: number }>();
  for (const [track, field] of fields) {
    const lost = lostPackets(track, field, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    const before = most.get(wayOf(track));
    if (!before || lost > before.lost) most.set(wayOf(track), { track, lost });
  }
  return {
    fieldOf: (track) => fields.get(track)!,
    mostLostBeside: (track) => most.get(wayOf(track))!.track,
  };
}

const wayOf = ({ connectionId, direction }: Track) => `${direction} ${connectionId}`;

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

/** A way that is too narrow loses some of what it is given; where much is lost without a queue, the loss comes first. */
export const accountsForLoss = (_: Finding, effect: Finding): boolean =>
  effect.rule !== 'packet-loss' || effect.severity === 'minor';
