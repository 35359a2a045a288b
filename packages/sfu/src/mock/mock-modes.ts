import { LeaveRequest_Action } from '@livekit/protocol';
import type { AccessClaims } from '../service/tokens.ts';

/** The attribute of a token that asks for a mode, as LiveKit's own test server has it. */
const ATTRIBUTE = 'lk.mock';

/** What the signal connection does, after LiveKit's test server (livekit, cmd/test-server). */
export const MOCK_MODES = [
  /** Joins the real engine; a resume is answered without looking for a participant. */
  'happy',
  'no_first_message',
  'no_pong',
  'close_before_join',
  'close_when_connected',
  'drop_when_connected',
  'leave_when_connected',
  'leave_first_message',
  'leave_during_reconnect',
  'validate_500',
  'validate_service_not_found',
  'room_not_found',
] as const;

export type MockMode = (typeof MOCK_MODES)[number];

export interface MockControl {
  mode: MockMode;
  leaveAction: LeaveRequest_Action;
}

/** What a token asks for; undefined when it asks for nothing (we know). */
export function mockControlOf(claims: AccessClaims): MockControl | undefined {
  const text = claims.attributes[ATTRIBUTE];
  if (text === undefined) return undefined;
  let parsed: { signal?: unknown; leaveAction?: unknown };
  try {
    parsed = Object(JSON.parse(text));
  } catch {
    return undefined;
  }
  const mode = MOCK_MODES.find((known) => known === parsed.signal);
  return mode && { mode, leaveAction: actionOf(parsed.leaveAction) };
}

/** By number or name; DISCONNECT when it is neither. */
function actionOf(value: unknown): LeaveRequest_Action {
  const action =
    typeof value === 'string' ? LeaveRequest_Action[value.toUpperCase() as keyof typeof LeaveRequest_Action] : value;
  return typeof action === 'number' && action in LeaveRequest_Action ? action : LeaveRequest_Action.DISCONNECT;
}

/** How `validate`, and the upgrade before it, are refused in this mode. */
export function mockRefusal(mode: MockMode): { status: number; text: string } | undefined {
  switch (mode) {
    case 'validate_500':
      return { status: 500, text: 'internal server error' };
    case 'validate_service_not_found':
      return { status: 404, text: '404 page not found' };
    case 'room_not_found':
      return { status: 404, text: 'requested room does not exist' };
    default:
      return undefined;
  }
}
