import { AppError, type TicketRights } from '@alongside/contracts';
import { type Reader, rightsOf } from '@alongside/desk';
import { presentHead } from './present.ts';
import type { TicketRow } from './tables.ts';

/**
 * Stops whoever may not do this with a ticket they can see.
 * @throws AppError `ticket_closed` where only that is in staff's way, else `forbidden`
 */
export function requireRight(
  reader: Reader,
  ticket: Readonly<TicketRow>,
  right: Exclude<keyof TicketRights, 'states'>,
): void {
  if (rightsOf(reader, presentHead(ticket, reader))[right]) return;
  const wouldBeAllowed = rightsOf(reader, { ...presentHead(ticket, reader), state: 'open' })[right];
  throw new AppError(wouldBeAllowed && ticket.state === 'closed' ? 'ticket_closed' : 'forbidden');
}
