import type { CallPhase, CallSnapshot } from './model.ts';

/** Whether one is in the room or on the way into it. */
export function isInCall(phase: CallPhase): boolean {
  return phase === 'joining' || phase === 'ringing' || phase === 'live' || phase === 'reconnecting';
}

/** The call one is in on this page, which nobody need offer a way into; null when in none. */
export function ownCallId({ phase, callId }: Pick<CallSnapshot, 'phase' | 'callId'>): string | null {
  return isInCall(phase) ? callId : null;
}
