import type { ActorRef, Call, CallRecording, TicketEventBody } from '@alongside/contracts';

/** An event of a recording. */
export type RecordingEvent = Extract<TicketEventBody, { recordingId: string }>;

/** The recording that is asked for or going on; null when there is none. */
export function activeRecording(call: Pick<Call, 'recordings'>): CallRecording | null {
  const last = call.recordings?.at(-1);
  return last && last.state !== 'ended' ? last : null;
}

/** Whether a person has agreed to a recording. */
export function agreesTo(recording: Pick<CallRecording, 'agreed'>, person: Pick<ActorRef, 'kind' | 'id'>): boolean {
  return recording.agreed.some(({ kind, id }) => kind === person.kind && id === person.id);
}

/** Who in the call still has to say whether they agree. Somebody cut off for a moment is still in it. */
export function askedToAgree(call: Pick<Call, 'participants'>, recording: Pick<CallRecording, 'agreed'>): ActorRef[] {
  return call.participants
    .filter(({ who, leftAt }) => leftAt === null && !agreesTo(recording, who))
    .map(({ who }) => who);
}

/** A call after an event of one of its recordings. */
export function foldRecording(call: Call, by: ActorRef, at: string, event: RecordingEvent): Call {
  const recordings = call.recordings ?? [];
  if (event.type === 'call.recording_asked') {
    const asked: CallRecording = {
      id: event.recordingId,
      state: 'asking',
      askedBy: by,
      agreed: [by],
      startedAt: null,
      endedAt: null,
      endedBy: null,
      because: null,
      durationMs: null,
      deleted: null,
    };
    return { ...call, recordings: [...recordings, asked] };
  }
  return {
    ...call,
    recordings: recordings.map((recording) =>
      recording.id === event.recordingId ? step(recording, by, at, event) : recording,
    ),
  };
}

function step(recording: CallRecording, by: ActorRef, at: string, event: RecordingEvent): CallRecording {
  switch (event.type) {
    case 'call.recording_agreed':
      return agreesTo(recording, by) ? recording : { ...recording, agreed: [...recording.agreed, by] };
    case 'call.recording_started':
      return { ...recording, state: 'recording', startedAt: at };
    case 'call.recording_ended':
      return { ...recording, state: 'ended', endedAt: at, endedBy: by, because: event.because };
    case 'call.recording_ready':
      return { ...recording, durationMs: event.durationMs };
    case 'call.recording_deleted':
      return { ...recording, deleted: { at, by } };
    default:
      return recording;
  }
}

/** The end of a call ends what is recorded of it. */
export function endRecordingsOf(call: Call, at: string): Call {
  if (activeRecording(call) === null) return call;
  return {
    ...call,
    recordings: call.recordings!.map((recording) =>
      recording.state === 'ended' ? recording : { ...recording, state: 'ended', endedAt: at, because: 'call_ended' },
    ),
  };
}
