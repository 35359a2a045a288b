import type { ActorRef, RoutingReasons, TicketEventOf, TicketView } from '@alongside/contracts';

/** What routing last made of a ticket, as far as it still counts. */
export type RoutingFact =
  /** It gave the ticket to who has it now; `by` is who agreed, or the system. */
  | { what: 'given'; to: string; by: ActorRef; reasons: RoutingReasons }
  /** It names somebody, and nobody has taken the ticket. */
  | { what: 'suggested'; engineer: { id: string; name: string }; reasons: RoutingReasons }
  /** It found nobody. */
  | { what: 'waiting'; wait: TicketEventOf<'routing.waiting'> };

/** Read off the timeline: the last word on whose the ticket is. Null where a person said it, or it is settled. */
export function routingFact({ ticket, entries }: Pick<TicketView, 'ticket' | 'entries'>): RoutingFact | null {
  if (ticket.state === 'solved' || ticket.state === 'closed') return null;
  for (const entry of entries.toReversed()) {
    if (entry.kind !== 'change') continue;
    const { change, by } = entry;
    if (change.what === 'assignee') {
      if (change.routing === null || change.to === null || ticket.assignee === null) return null;
      return { what: 'given', to: ticket.assignee.name, by, reasons: change.routing };
    }
    if (change.what !== 'recorded') continue;
    if (change.body.type === 'routing.suggested')
      return { what: 'suggested', engineer: change.body.engineer, reasons: change.body.reasons };
    if (change.body.type === 'routing.waiting') return { what: 'waiting', wait: change.body };
  }
  return null;
}
