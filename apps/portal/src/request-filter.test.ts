import { TICKET_STATES } from '@alongside/contracts';
import { expect, it } from 'vitest';
import { withState } from './request-filter.ts';

it('shows every state in exactly one of open and done', () => {
  const tickets = TICKET_STATES.map((state) => ({ state }));
  const active = withState(tickets, 'active');
  const done = withState(tickets, 'done');
  expect(done.map(({ state }) => state)).toEqual(['solved', 'closed']);
  expect([...active, ...done]).toHaveLength(tickets.length);
  expect(withState(tickets, 'all')).toEqual(tickets);
});
