import { ConnectionQuality, ConnectionQualityInfo } from '@livekit/protocol';
import type { Participant } from './participant.ts';

/** What the score is made of; loss 0 to 1 of the last interval. */
export interface QualityInput {
  lossUpRatio: number;
  lossDownRatio: number;
  roundTripMs: number | undefined;
  jitterMs: number;
}

/**
 * A score from 0 to 100 after the E-model's shape: loss weighs most, delay above 200 ms and jitter the rest. Half of
 * the loss is taken as repaired by retransmission.
 */
export function qualityScore(input: QualityInput): number {
  const loss = Math.max(input.lossUpRatio, input.lossDownRatio);
  const delayMs = (input.roundTripMs ?? 0) / 2 + input.jitterMs * 2;
  const delayPenalty = delayMs < 160 ? delayMs / 40 : 4 + (delayMs - 160) / 10;
  return Math.max(0, Math.min(100, 100 - loss * 200 - delayPenalty));
}

/** Never LOST: a client that hears this of itself throws its connection away (after 10 s), for good or bad reason. */
export function qualityOf(score: number): ConnectionQuality {
  if (score >= 80) return ConnectionQuality.EXCELLENT;
  return score >= 50 ? ConnectionQuality.GOOD : ConnectionQuality.POOR;
}

/** The quality of one participant's connection now; undefined while there is nothing to judge. */
export function measureQuality(participant: Participant): ConnectionQualityInfo | undefined {
  const { peer } = participant;
  if (!peer || participant.state !== 'active') return undefined;
  if (!peer.connected) {
    return new ConnectionQualityInfo({ participantSid: participant.sid, quality: ConnectionQuality.POOR, score: 1 });
  }
  let lossDownRatio = 0;
  for (const forwarder of peer.downlink.forwarders) lossDownRatio = Math.max(lossDownRatio, forwarder.lossRatio);
  let jitterMs = 0;
  for (const stream of peer.uplink.streams) {
    if (stream.source.kind === 'audio') jitterMs = Math.max(jitterMs, stream.statistics.jitterMs);
  }
  const score = qualityScore({
    lossUpRatio: peer.uplink.lossRatio,
    lossDownRatio,
    roundTripMs: peer.downlink.roundTripMs,
    jitterMs,
  });
  // The protocol's score runs from 1 to 5 as a mean opinion does.
  return new ConnectionQualityInfo({
    participantSid: participant.sid,
    quality: qualityOf(score),
    score: 1 + (score / 100) * 4,
  });
}
