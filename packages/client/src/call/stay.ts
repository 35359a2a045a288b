import type { Call, CallJoin } from '@alongside/contracts';
import { isOver } from '@alongside/desk';
import type { CallPhase, CallSnapshot } from './model.ts';
import type { QualityReport } from './quality-report.ts';
import type { RoomSession } from './room-session.ts';
import type { Standby } from './standby.ts';

/** How long a closed room waits to be told how its call ended, ms. */
const OUTCOME_WAIT_MS = 3_000;

/** The server's answer to whoever wants in; `admitted`: with the standby connection they are in already. */
export type WayIn = CallJoin & { admitted?: boolean };

/** One stay in one call, from the wish to enter to the end. */
export type Stay = {
  ticketId: string;
  callId: string;
  /** How to ask the server for the room the first time. */
  first(): Promise<WayIn>;
  /** A connection that stood by while it rang, until it has served or failed. */
  standby: Standby | null;
  call: Call | null;
  room: RoomSession | null;
  quality: QualityReport;
  stopFollowing: (() => void) | null;
  /** The server has this call, so a reload can come back into it. */
  known: boolean;
  /** Has been in the room at least once. */
  entered: boolean;
  /** Over for us: whatever still comes back belongs to nobody. */
  done: boolean;
  /** Ends the pause between two attempts. */
  hurry: () => void;
};

/** A stay that has not begun to enter. */
export function createStay(
  ticketId: string,
  callId: string,
  { first, standby, known, quality }: Pick<Stay, 'first' | 'standby' | 'known' | 'quality'>,
): Stay {
  return {
    ticketId,
    callId,
    first,
    standby,
    call: null,
    room: null,
    quality,
    stopFollowing: null,
    known,
    entered: false,
    done: false,
    hurry: () => {},
  };
}

/** Where a stay is on its way, as the screen tells it. */
export function phaseOf(stay: Stay): CallPhase {
  if (!stay.entered) return 'joining';
  if (stay.room?.state() !== 'connected') return 'reconnecting';
  return stay.call?.state === 'ringing' ? 'ringing' : 'live';
}

/**
 * Since when both sides are in it, ms since 1970 by this machine's clock.
 * @param clockOffsetMs server's clock minus this machine's
 */
export function liveSinceOf(stay: Stay, clockOffsetMs: number): number | null {
  const answeredAt = stay.call?.answeredAt;
  return answeredAt ? Date.parse(answeredAt) - clockOffsetMs : null;
}

/** Waits before the next attempt, unless hurried. */
export function pauseStay(stay: Stay, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stay.hurry = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** How a call ended whose room is no more: it may be closed a moment before the word comes, e.g. that it was declined. */
export async function outcomeOf(stay: Stay): Promise<NonNullable<CallSnapshot['outcome']>> {
  if (!stay.call || !isOver(stay.call)) await pauseStay(stay, OUTCOME_WAIT_MS);
  return stay.call && isOver(stay.call) ? stay.call.state : 'ended';
}
