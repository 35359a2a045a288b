import { getTicketClock, type RouteReply, type TicketHead } from '@alongside/contracts';
import { useQuery } from '@tanstack/react-query';
import { api } from '../data/api.ts';

/** Every promise of a ticket with its story, and by what it is judged. */
export type ToldClock = RouteReply<typeof getTicketClock>;

/**
 * Every promise of a ticket, asked for again whenever something happened to it.
 * @returns undefined until it is known
 */
export function useToldClock(ticket: Pick<TicketHead, 'id' | 'seq'>): ToldClock | undefined {
  return useQuery({
    // The log's length is part of the key: a reply from before the last event is shown while the next one comes.
    queryKey: [getTicketClock.path, ticket.id, ticket.seq],
    queryFn: ({ signal }) => api.call(getTicketClock, { params: { id: ticket.id } }, { signal }),
    placeholderData: (previous, query) => (query?.queryKey[1] === ticket.id ? previous : undefined),
  }).data;
}
