/** What a room is made with; 0 leaves a number to the engine's limits. */
export interface RoomSettings {
  emptyTimeoutS: number;
  departureTimeoutS: number;
  maxParticipants: number;
  metadata: string;
  /** So many microphones are forwarded at once, 0: all. Absent: all, unless there are many. */
  forwardedSpeakers?: number;
  /** Less than the engine lets one participant publish, bit/s. */
  maxPublishBps?: number;
  /** How long TURN credentials told in this room hold, s. Absent: as long as a call may need them. */
  relayLifetimeS?: number;
}

/** The tag of LiveKit's room configuration that sets it, since that has no field for it. */
const FORWARDED_SPEAKERS_TAG = 'forwarded-speakers';

/** Reads `forwardedSpeakers` from a room's tags; what is no number from 0 to 50 counts as absent. */
export function forwardedSpeakersOf(tags: Readonly<Record<string, string>>): { forwardedSpeakers?: number } {
  const text = tags[FORWARDED_SPEAKERS_TAG];
  return text !== undefined && /^\d\d?$/.test(text) && Number(text) <= 50 ? { forwardedSpeakers: Number(text) } : {};
}

/**
 * Reads what keeps a room small from its tags: `max-publish-kbps` (1 to 1 000 000) and `relay-lifetime-s` (1 to 3 600).
 * What is no such number counts as absent.
 */
export function boundsOf(
  tags: Readonly<Record<string, string>>,
): Pick<RoomSettings, 'maxPublishBps' | 'relayLifetimeS'> {
  const maxPublishKbps = wholeNumber(tags['max-publish-kbps'], 1_000_000);
  const relayLifetimeS = wholeNumber(tags['relay-lifetime-s'], 3_600);
  return {
    ...(maxPublishKbps === undefined ? {} : { maxPublishBps: maxPublishKbps * 1_000 }),
    ...(relayLifetimeS === undefined ? {} : { relayLifetimeS }),
  };
}

function wholeNumber(text: string | undefined, max: number): number | undefined {
  const number = text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= max ? number : undefined;
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
