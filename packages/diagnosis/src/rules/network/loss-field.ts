import type { Session, Track } from '../../model/session.ts';
import { meanOver } from '../derived.ts';
import type { Finding } from '../finding.ts';

export type LossField = 'lossRatio' | 'remoteLossRatio' | 'retransmittedRatio';

/**
 * Which measure tells best how much of a stream is lost before repair. What is sent is reported by the other end (RFC
 * 3550), but some servers report what is missing after repair: then what they asked for again tells more. A server that
 * only waits longer for what is late asks for little again. Of a server's own streams that says nothing: what never came to
 * it is asked for again as well.
 */
export function lossFieldOf(session: Session, { samples, direction, connectionId }: Track): LossField {
  if (direction === 'receive') return 'lossRatio';
  const isServer = session.connections.some(({ id, peerId }) => id === connectionId && peerId !== null);
  if (isServer) return 'remoteLossRatio';
  const over = (field: LossField) => meanOver(samples, field, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY) ?? 0;
  return over('retransmittedRatio') > over('remoteLossRatio') ? 'retransmittedRatio' : 'remoteLossRatio';
}

/** A way that is too narrow loses some of what it is given; where much is lost without a queue, the loss comes first. */
export const accountsForLoss = (_: Finding, effect: Finding): boolean =>
  effect.rule !== 'packet-loss' || effect.severity === 'minor';
