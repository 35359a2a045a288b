import type { TicketHead, TicketRights } from '@alongside/contracts';
import type { Reader } from './reader.ts';
import { allowedStates } from './ticket-state.ts';

/**
 * What a reader may do with a ticket they can see. Whether they can see it is the access function's decision.
 * @param reader who asks
 * @param head the ticket now
 */
export function rightsOf(reader: Reader, head: Pick<TicketHead, 'state' | 'contact'>): TicketRights {
  const isStaff = reader.kind === 'staff';
  const isLead = isStaff && reader.role !== 'engineer';
  const isClosed = head.state === 'closed';
  return {
    reply: !isClosed,
    note: isStaff,
    assign: isStaff,
    setPriority: isStaff && !isClosed,
    setTopic: isStaff,
    setSubject: isStaff,
    states: [...allowedStates(reader.kind, head.state)],
    // Colleagues of the contact see the ticket, but the rating is the word of the person who was helped.
    rate: !isStaff && reader.id === head.contact.id && (head.state === 'solved' || isClosed),
    call: !isClosed,
    setPlan: isLead,
    exclude: isStaff,
    excludeByChoice: isLead,
    merge: isStaff && !isClosed,
    split: isStaff,
    recalculate: isLead,
    page: isStaff && !isClosed,
  };
}
