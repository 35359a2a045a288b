/** What a room is made with; 0 leaves a number to the engine's limits. */
export interface RoomSettings {
  emptyTimeoutS: number;
  departureTimeoutS: number;
  maxParticipants: number;
  metadata: string;
  /** So many microphones are forwarded at once, 0: all. Absent: all, unless there are many. */
  forwardedSpeakers?: number;
}

/** The tag of LiveKit's room configuration that sets it, since that has no field for it. */
const FORWARDED_SPEAKERS_TAG = 'forwarded-speakers';

/** Reads `forwardedSpeakers` from a room's tags; what is no number from 0 to 50 counts as absent. */
export function forwardedSpeakersOf(tags: Readonly<Record<string, string>>): { forwardedSpeakers?: number } {
  const text = tags[FORWARDED_SPEAKERS_TAG];
  return text !== undefined && /^\d\d?$/.test(text) && Number(text) <= 50 ? { forwardedSpeakers: Number(text) } : {};
}

/** The room cannot take somebody; `status` is the HTTP answer. */
export class JoinRefused extends Error {
  override name = 'JoinRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
