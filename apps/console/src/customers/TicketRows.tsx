import type { TicketHead } from '@alongside/contracts';
import { EmptyState, PriorityBadge, RelativeTime, SlaClock, StateBadge, usePersonName } from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import rows from '../desk/Rows.module.css';

/** Tickets as plain rows, for the pages about who opened them. */
export function TicketRows({ tickets }: { tickets: readonly TicketHead[] }) {
  const { t } = useTranslation('console');
  const nameOf = usePersonName();
  if (tickets.length === 0) {
    return (
      <EmptyState picture="ticket" title={t('customers.noTickets')} compact>
        {t('customers.noTicketsHint')}
      </EmptyState>
    );
  }
  return (
    <ul className={rows.rows}>
      {tickets.map((ticket) => (
        <li key={ticket.id}>
          <Link to="/views/$view/$number" params={{ view: 'all', number: String(ticket.number) }} className={rows.row}>
            <PriorityBadge priority={ticket.priority} plain />
            <span className={rows.main}>
              <span className={rows.name}>{ticket.subject}</span>
              <span className={rows.sub}>
                #{ticket.number} {nameOf(ticket.contact.name)}
              </span>
            </span>
            <StateBadge state={ticket.state} />
            {ticket.clock ? (
              <SlaClock clock={ticket.clock} />
            ) : (
              <RelativeTime at={ticket.updatedAt} format="short" className={rows.side} />
            )}
          </Link>
        </li>
      ))}
    </ul>
  );
}
