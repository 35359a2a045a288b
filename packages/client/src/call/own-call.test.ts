import { expect, it } from 'vitest';
import type { CallPhase } from './model.ts';
import { ownCallId } from './own-call.ts';

it('a call is one’s own from the first press until it is left, while it rings and while it is cut too', () => {
  const phases: CallPhase[] = ['idle', 'preview', 'joining', 'ringing', 'live', 'reconnecting', 'ended', 'failed'];
  const own = phases.filter((phase) => ownCallId({ phase, callId: 'c' }) === 'c');
  expect(own).toEqual(['joining', 'ringing', 'live', 'reconnecting']);
});
