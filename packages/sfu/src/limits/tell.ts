import {
  DisconnectReason,
  LeaveRequest_Action,
  RequestResponse,
  RequestResponse_Reason,
  SignalResponse,
} from '@livekit/protocol';
import type { RefusalReason } from '../metrics/engine-counters.ts';
import type { Participant } from '../room/participant.ts';

/** Tells a participant that something of it was refused, and counts it. */
export function tellLimit(participant: Participant, limit: RefusalReason, message: string): void {
  participant.room.host.counters.refused(limit);
  participant.send(
    new SignalResponse({
      message: {
        case: 'requestResponse',
        value: new RequestResponse({ reason: RequestResponse_Reason.LIMIT_EXCEEDED, message }),
      },
    }),
  );
}

/** Puts out a participant that keeps beyond a limit: it is told why, and not to come back by itself. */
export function expel(participant: Participant, limit: RefusalReason, message: string): void {
  const { room } = participant;
  if (participant.state === 'disconnected') return;
  tellLimit(participant, limit, message);
  room.host.log('warn', 'participant put out: beyond a limit', {
    room: room.name,
    participant: participant.sid,
    limit,
  });
  participant.sendLeave(DisconnectReason.PARTICIPANT_REMOVED, LeaveRequest_Action.DISCONNECT);
  room.remove(participant, DisconnectReason.PARTICIPANT_REMOVED);
}
