import { DisconnectReason } from '@livekit/protocol';
import type { ParticipantState } from './participant-state.ts';

/** Joined and never got a media path. */
const JOIN_TIMEOUT_MS = 60_000;
/** Signal gone while media lives: the client has this long to resume. */
const SIGNAL_RESUME_MS = 30_000;
/** Both gone. */
const LOST_TIMEOUT_MS = 15_000;

/** How long a participant has been without what, ms; negative infinity for what is there. */
export interface Absence {
  state: ParticipantState;
  sinceJoinMs: number;
  signalLostMs: number;
  mediaLostMs: number;
}

/** Why a participant is given up now; undefined while it may still come (back). */
export function givenUp(absence: Absence): DisconnectReason | undefined {
  if (absence.state === 'joined' && absence.sinceJoinMs > JOIN_TIMEOUT_MS) return DisconnectReason.JOIN_FAILURE;
  const bothLostMs = Math.min(absence.signalLostMs, absence.mediaLostMs);
  if (absence.signalLostMs > SIGNAL_RESUME_MS || bothLostMs > LOST_TIMEOUT_MS) return DisconnectReason.SIGNAL_CLOSE;
  return undefined;
}
