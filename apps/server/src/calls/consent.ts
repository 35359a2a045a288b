import { type ActorRef, AppError, type Call, type TicketEventOf } from '@alongside/contracts';
import { activeRecording, agreesTo } from '@alongside/desk';

/**
 * Nobody enters a recorded call without having agreed to it.
 * @returns what is to be put on record when somebody agrees by entering; null when nothing is recorded, or they did before
 * @throws AppError `recording_consent`
 */
export function newConsent(
  ticket: { activeCall: Call | null },
  callId: string,
  person: Pick<ActorRef, 'kind' | 'id'>,
  agrees: boolean,
): TicketEventOf<'call.recording_agreed'> | null {
  const recording = ticket.activeCall?.id === callId ? activeRecording(ticket.activeCall) : null;
  if (recording?.state !== 'recording' || agreesTo(recording, person)) return null;
  if (!agrees) throw new AppError('recording_consent', { name: recording.askedBy.name });
  return { type: 'call.recording_agreed', callId, recordingId: recording.id };
}
