import { toApiError } from '@alongside/client';
import { getTicket } from '@alongside/contracts';
import { EmptyState, ErrorState, Spinner, useInbox, useLocale } from '@alongside/ui';
import { useParams } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { useOwnCall } from '../desk/own-call.ts';
import { viewOf } from '../desk/views.tsx';
import { needsStage } from './CallArea.tsx';
import { TicketList } from './TicketList.tsx';
import { TicketPane } from './TicketPane.tsx';
import styles from './TicketsPage.module.css';

/** A view's list with the chosen ticket beside it; on a narrow screen one of the two. */
export function TicketsPage() {
  const { t } = useTranslation('console');
  const { locale } = useLocale();
  const params = useParams({ strict: false });
  const view = viewOf(params.view);
  const number = params.number && /^[1-9][0-9]{0,9}$/.test(params.number) ? params.number : null;
  const [search, setSearch] = useState('');
  const trimmed = search.trim();
  const inbox = useInbox(trimmed === '' ? { view } : { view, search: trimmed });

  // The list usually knows the ticket; an address from elsewhere has to be looked up.
  const listed = inbox?.snapshot.tickets.find((ticket) => String(ticket.number) === number);
  const [known, setKnown] = useState<{ number: string; id: string } | null>(null);
  if (listed && known?.id !== listed.id) setKnown({ number: String(listed.number), id: listed.id });
  const knownId = number !== null && known?.number === number ? known.id : null;
  const lookUp = useRoute(
    getTicket,
    { params: { id: number ?? '' } },
    { enabled: number !== null && knownId === null && inbox?.snapshot.status === 'ready' },
  );
  const ticketId = knownId ?? (number === null ? null : (lookUp.data?.view.ticket.id ?? null));

  // During a call the pictures need the room; the list comes back when asked for, and for good afterwards.
  const onStage = needsStage(useOwnCall(), ticketId);
  const [listWanted, setListWanted] = useState(false);
  if (!onStage && listWanted) setListWanted(false);
  const toggleList = useCallback(() => setListWanted((current) => !current), []);
  const hidesList = onStage && !listWanted;
  const list = useMemo(() => ({ open: !hidesList, onToggle: toggleList }), [hidesList, toggleList]);

  return (
    <div className={styles.page} data-open={number !== null || undefined} data-without-list={hidesList || undefined}>
      <TicketList view={view} inbox={inbox} search={search} onSearch={setSearch} number={number} />
      <section className={styles.pane} aria-label={t('ticket.pane')}>
        {number === null ? (
          <EmptyState picture="conversation" title={t('ticket.none')}>
            {t('ticket.noneHint')}
          </EmptyState>
        ) : ticketId !== null ? (
          <TicketPane key={ticketId} ticketId={ticketId} view={view} list={list} />
        ) : lookUp.isError ? (
          <ErrorState message={toApiError(lookUp.error, locale).message} onRetry={() => void lookUp.refetch()} />
        ) : (
          <span className={styles.loading}>
            <Spinner size={28} label={t('app.loading')} />
          </span>
        )}
      </section>
    </div>
  );
}
