import {
  CandidateProtocol,
  DisconnectReason,
  LeaveRequest_Action,
  SignalResponse,
  type SimulateScenario,
  SpeakerInfo,
  SpeakersChanged,
} from '@livekit/protocol';
import type { Participant } from './participant.ts';

const MAX_SPEAKER_S = 60;

/** The failures SDKs can ask for, so that applications can test how they come back. */
export function simulate(participant: Participant, request: SimulateScenario): void {
  const { scenario } = request;
  const { room } = participant;
  switch (scenario.case) {
    case 'speakerUpdate':
      speak(participant, scenario.value);
      return;
    case 'nodeFailure':
      participant.cutSignal();
      room.remove(participant, DisconnectReason.UNKNOWN_REASON);
      return;
    case 'serverLeave':
      participant.sendLeave(DisconnectReason.SERVER_SHUTDOWN, LeaveRequest_Action.DISCONNECT);
      room.remove(participant, DisconnectReason.SERVER_SHUTDOWN);
      return;
    case 'migration':
      participant.sendLeave(DisconnectReason.MIGRATION, LeaveRequest_Action.RESUME);
      return;
    case 'leaveRequestFullReconnect':
      participant.sendLeave(DisconnectReason.UNKNOWN_REASON, LeaveRequest_Action.RECONNECT);
      return;
    case 'switchCandidateProtocol':
      room.returning.force(participant.identity, PATHS[scenario.value]);
      return;
    case 'subscriberBandwidth':
      // 0 takes the limit away.
      if (participant.peer) {
        participant.peer.downlink.bandwidth.capBps = Number(scenario.value) || Number.POSITIVE_INFINITY;
      }
      return;
    case 'disconnectSignalOnResume':
      participant.simulatedResume = 'after-messages';
      return;
    case 'disconnectSignalOnResumeNoMessages':
      participant.simulatedResume = 'before-messages';
      return;
    default:
  }
}

const PATHS = {
  [CandidateProtocol.UDP]: undefined,
  [CandidateProtocol.TCP]: 'tcp',
  [CandidateProtocol.TLS]: 'tls',
} as const;

function speak({ room, sid }: Participant, seconds: number): void {
  const tell = (level: number): void => {
    const speakers = [new SpeakerInfo({ sid, level, active: level > 0 })];
    room.broadcast(
      new SignalResponse({ message: { case: 'speakersChanged', value: new SpeakersChanged({ speakers }) } }),
    );
  };
  tell(0.75);
  setTimeout(() => tell(0), Math.min(MAX_SPEAKER_S, Math.max(0, seconds)) * 1000).unref();
}
