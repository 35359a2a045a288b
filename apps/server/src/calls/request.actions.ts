import { AppError } from '@alongside/contracts';
import { lockTicketFor } from '../tickets/access.ts';
import { type Author, actorOf, type Changed } from '../tickets/actions.ts';
import { changeTickets } from '../tickets/log.actions.ts';
import type { CallsDeps } from './actions.ts';
import { callBeyondPlan, isCallRequested } from './entitlement.queries.ts';

/**
 * Asks for a call the plan does not include. Again, or where the plan does include one, it changes nothing.
 * A ticket that waits for the customer is the team's again.
 * @throws AppError `not_found`, `ticket_closed`
 */
export async function requestCall(deps: CallsDeps, author: Author, ticketId: string): Promise<Changed> {
  return changeTickets(
    deps.db,
    async (log) => {
      const ticket = await lockTicketFor(log, author, ticketId);
      if (ticket.state === 'closed') throw new AppError('ticket_closed');
      const at = log.now();
      const beyond = await callBeyondPlan(log.trx, ticket, at);
      if (beyond === null || (await isCallRequested(log.trx, ticketId))) return { ticketId, events: [] };
      const by = actorOf(author);
      const events = [log.append(ticketId, by, { type: 'ticket.call_requested', ...beyond }, {}, at)];
      if (ticket.state !== 'open')
        events.push(
          log.append(
            ticketId,
            by,
            { type: 'ticket.state_set', from: ticket.state, to: 'open', automatic: true },
            { state: 'open', stateSetAt: at, unansweredSince: ticket.unansweredSince ?? at },
            at,
          ),
        );
      return { ticketId, events };
    },
    () => deps.now(),
  );
}
