import { TICKET_STATES } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { allowedStates, stateAfterMessage } from './ticket-state.ts';

describe('ticket state machine', () => {
  it('never offers the present state, nor anything after closed', () => {
    for (const kind of ['staff', 'customer', 'assistant', 'system'] as const) {
      for (const state of TICKET_STATES) expect(allowedStates(kind, state)).not.toContain(state);
      expect(allowedStates(kind, 'closed')).toEqual([]);
    }
  });

  it('lets a customer solve, reopen and confirm, and nothing that is staff’s to judge', () => {
    expect(allowedStates('customer', 'open')).toEqual(['solved']);
    expect(allowedStates('customer', 'solved')).toEqual(['open', 'closed']);
    for (const state of TICKET_STATES) {
      expect(allowedStates('customer', state)).not.toContain('on_hold');
      expect(allowedStates('customer', state)).not.toContain('waiting_for_customer');
    }
  });

  it('hands the turn over with each public message', () => {
    expect(stateAfterMessage('staff', 'open', 'public')).toBe('waiting_for_customer');
    expect(stateAfterMessage('customer', 'waiting_for_customer', 'public')).toBe('open');
    expect(stateAfterMessage('customer', 'on_hold', 'public')).toBe('open');
    expect(stateAfterMessage('staff', 'on_hold', 'public')).toBe('on_hold');
  });

  it('reopens a solved ticket when the customer writes, not when staff does', () => {
    expect(stateAfterMessage('customer', 'solved', 'public')).toBe('open');
    expect(stateAfterMessage('staff', 'solved', 'public')).toBe('solved');
  });

  it('moves nothing for a note and takes no public word after closing', () => {
    for (const state of TICKET_STATES) expect(stateAfterMessage('staff', state, 'internal')).toBe(state);
    expect(stateAfterMessage('customer', 'closed', 'public')).toBeNull();
    expect(stateAfterMessage('staff', 'closed', 'public')).toBeNull();
  });
});
