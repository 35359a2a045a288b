import { SignalResponse, StreamState, StreamStateInfo, StreamStateUpdate } from '@livekit/protocol';
import type { Participant } from './participant.ts';

/** Tells a participant which pictures stand still for want of bandwidth, and which move again. */
export function tellStreamStates(participant: Participant): void {
  const bandwidth = participant.peer?.downlink.bandwidth;
  if (!bandwidth) return;
  const streamStates: StreamStateInfo[] = [];
  for (const subscription of participant.subscriptions.all) {
    const { forwarder, publication } = subscription;
    const paused = forwarder !== undefined && bandwidth.isPaused(forwarder);
    if (paused === subscription.toldPaused) continue;
    subscription.toldPaused = paused;
    streamStates.push(
      new StreamStateInfo({
        participantSid: publication.participant.sid,
        trackSid: publication.sid,
        state: paused ? StreamState.PAUSED : StreamState.ACTIVE,
      }),
    );
  }
  if (streamStates.length === 0) return;
  participant.send(
    new SignalResponse({ message: { case: 'streamStateUpdate', value: new StreamStateUpdate({ streamStates }) } }),
  );
}
