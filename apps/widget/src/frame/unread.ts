import type { TicketHead } from '@alongside/contracts';

/** How far each conversation was seen here, in public sequence numbers, by ticket id. */
export type Seen = Readonly<Record<string, number>>;

/** A conversation has news when its last word is ours and came after the visitor last looked. */
export function hasNews(ticket: TicketHead, seen: Seen): boolean {
  const by = ticket.lastMessage?.by.kind;
  return by !== undefined && by !== 'customer' && ticket.publicSeq > (seen[ticket.id] ?? 0);
}

/**
 * What counts as seen when the list is loaded: a conversation this browser never showed is not news, or a person who
 * signs in at a new place would be greeted by all of the past.
 */
export function seenAtFirst(tickets: readonly TicketHead[], seen: Seen): Seen {
  const unknown = tickets.filter((ticket) => seen[ticket.id] === undefined);
  if (unknown.length === 0) return seen;
  return { ...seen, ...Object.fromEntries(unknown.map((ticket) => [ticket.id, ticket.publicSeq])) };
}
