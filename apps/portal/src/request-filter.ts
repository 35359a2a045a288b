import type { TicketHead } from '@alongside/contracts';

export type StateFilter = 'active' | 'done' | 'all';

/** Whether nothing more is expected of anybody. A solved one is done, even though it can be reopened. */
export function isDone(ticket: Pick<TicketHead, 'state'>): boolean {
  return ticket.state === 'solved' || ticket.state === 'closed';
}

/** The tickets a filter lets through, in their order. */
export function withState<T extends Pick<TicketHead, 'state'>>(
  tickets: readonly T[],
  filter: StateFilter,
): readonly T[] {
  return filter === 'all' ? tickets : tickets.filter((ticket) => isDone(ticket) === (filter === 'done'));
}
