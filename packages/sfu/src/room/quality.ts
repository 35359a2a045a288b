import { ConnectionQuality, ConnectionQualityInfo, ConnectionQualityUpdate, SignalResponse } from '@livekit/protocol';
import type { Participant } from './participant.ts';

/** What the score is made of; loss 0 to 1 of the last interval. */
export interface QualityInput {
  lossUpRatio: number;
  lossDownRatio: number;
  roundTripMs: number | undefined;
  jitterMs: number;
  /** Share of the bit rate of the pictures it shows that its path can carry, 0 to 1. */
  givenRatio: number;
}

/** What a path costs that carries next to nothing of what is shown. */
const GIVEN_WEIGHT = 60;

/**
 * A score from 0 to 100 after the E-model's shape: loss weighs most (half of it is taken as repaired), delay above
 * 200 ms, jitter, and pictures that have to be withheld the rest.
 */
export function qualityScore(input: QualityInput): number {
  const loss = Math.max(input.lossUpRatio, input.lossDownRatio);
  const delayMs = (input.roundTripMs ?? 0) / 2 + input.jitterMs * 2;
  const delayPenalty = delayMs < 160 ? delayMs / 40 : 4 + (delayMs - 160) / 10;
  // The step from good to full resolution is three times the bits and hardly seen.
  const withheld = Math.max(0, 1 - Math.sqrt(input.givenRatio));
  return Math.max(0, Math.min(100, 100 - loss * 200 - delayPenalty - withheld * GIVEN_WEIGHT));
}

export function qualityOf(score: number): ConnectionQuality {
  if (score >= 80) return ConnectionQuality.EXCELLENT;
  return score >= 50 ? ConnectionQuality.GOOD : ConnectionQuality.POOR;
}

/** The quality of one participant's connection now; undefined while there is nothing to judge. */
export function measureQuality(participant: Participant): ConnectionQualityInfo | undefined {
  const { peer, sid: participantSid } = participant;
  if (!peer || participant.state !== 'active') return undefined;
  if (!peer.connected) {
    return new ConnectionQualityInfo({ participantSid, quality: ConnectionQuality.LOST, score: 1 });
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
    givenRatio: peer.downlink.bandwidth.sharing.givenRatio,
  });
  // The protocol's score runs from 1 to 5 as a mean opinion does.
  return new ConnectionQualityInfo({ participantSid, quality: qualityOf(score), score: 1 + (score / 100) * 4 });
}

/** Tells everybody whose connection changed its quality; whoever is new, admitted or back is told everybody's. */
export function tellQualities(participants: ReadonlyMap<string, Participant>): void {
  const current: ConnectionQualityInfo[] = [];
  const changed: ConnectionQualityInfo[] = [];
  for (const participant of participants.values()) {
    const info = participant.hidden ? undefined : measureQuality(participant);
    if (info) {
      current.push(info);
      if (info.quality !== participant.quality) changed.push(info);
    }
    // Of whoever is hidden nobody was told: all hear of it when it is hidden no more.
    participant.quality = info?.quality ?? -1;
  }
  for (const participant of participants.values()) {
    const infos = participant.toldQualities ? changed : current;
    participant.toldQualities = true;
    if (infos.length === 0) continue;
    const value = qualityUpdateFor(participant, infos);
    participant.send(new SignalResponse({ message: { case: 'connectionQuality', value } }));
  }
}

/**
 * What one participant is told of them. Never LOST of itself: a client that hears this throws its connection away
 * after 10 s, for good or bad reason, while its path may be about to come back.
 */
function qualityUpdateFor(
  participant: Participant,
  changed: readonly ConnectionQualityInfo[],
): ConnectionQualityUpdate {
  const updates = changed.map((info) => {
    if (info.participantSid !== participant.sid || info.quality !== ConnectionQuality.LOST) return info;
    return new ConnectionQualityInfo({ ...info, quality: ConnectionQuality.POOR });
  });
  return new ConnectionQualityUpdate({ updates });
}
