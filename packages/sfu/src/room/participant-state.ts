import { ParticipantInfo_State } from '@livekit/protocol';

/**
 * A participant's life:
 *
 *     joining ──join answered──▶ joined ──media path up──▶ active
 *        │                         │                          │
 *        └────────────── left, removed, lost ────────────────▶ disconnected (final)
 *
 * A cut signal or media path changes nothing here: both may come back (`signalConnected`, `mediaConnected` of the
 * participant tell which are there). Only when neither can is the participant disconnected.
 */
export type ParticipantState = 'joining' | 'joined' | 'active' | 'disconnected';

const NEXT: Readonly<Record<ParticipantState, readonly ParticipantState[]>> = {
  joining: ['joined', 'disconnected'],
  joined: ['active', 'disconnected'],
  active: ['disconnected'],
  disconnected: [],
};

/** Whether the state machine has this step. */
export function mayBecome(from: ParticipantState, to: ParticipantState): boolean {
  return NEXT[from].includes(to);
}

/** The state as the protocol spells it. */
export function protocolState(state: ParticipantState): ParticipantInfo_State {
  switch (state) {
    case 'joining':
      return ParticipantInfo_State.JOINING;
    case 'joined':
      return ParticipantInfo_State.JOINED;
    case 'active':
      return ParticipantInfo_State.ACTIVE;
    case 'disconnected':
      return ParticipantInfo_State.DISCONNECTED;
  }
}
