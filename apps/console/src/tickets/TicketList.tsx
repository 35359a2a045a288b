import type { InboxSnapshot, InboxStore } from '@alongside/client';
import type { QueueView, TicketHead } from '@alongside/contracts';
import { EmptyState, ErrorState, MoreTickets, Select, Skeleton, TextField, useStore } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { ArrowDownNarrowWide, Search } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from '../desk/desk.ts';
import { useOwnCall } from '../desk/own-call.ts';
import { useShortcuts } from '../desk/shortcuts.ts';
import { VIEWS } from '../desk/views.tsx';
import { useSession } from '../session/session.ts';
import { isUnread, seenBy } from './seen.ts';
import styles from './TicketList.module.css';
import { TicketRow } from './TicketRow.tsx';
import { useJoinCall } from './use-join-call.ts';

/** Rows drawn at first, and more each time the end comes into sight: tickets that move up must not make the list endless. */
const ROWS_STEP = 60;

export type TicketListProps = {
  view: QueueView;
  inbox: { store: InboxStore; snapshot: InboxSnapshot } | null;
  search: string;
  onSearch: (search: string) => void;
  /** Of the ticket that is open. */
  number: string | null;
};

/** One view as a list: live, in its order, with j and k to walk it. */
export function TicketList({ view, inbox, search, onSearch, number }: TicketListProps) {
  const { t } = useTranslation('console');
  const { me } = useSession();
  const { counts } = useDesk();
  const seen = useStore(seenBy(me.id));
  const navigate = useNavigate();
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const own = useOwnCall();
  const join = useJoinCall();
  const joinFromList = useCallback(
    (ticket: TicketHead) => {
      if (ticket.activeCall) join(ticket.id, ticket.activeCall.id);
      void navigate({ to: '/views/$view/$number', params: { view, number: String(ticket.number) } });
    },
    [join, navigate, view],
  );
  const snapshot = inbox?.snapshot;
  const tickets = snapshot?.tickets ?? [];

  function step(by: 1 | -1): void {
    const links = [...(list.current?.querySelectorAll('a') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const open = links.findIndex((link) => link.dataset.number === number);
    const from = at >= 0 ? at : open >= 0 ? open : by === 1 ? -1 : links.length;
    links[Math.min(links.length - 1, Math.max(0, from + by))]?.focus();
  }

  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    '/': () => field.current?.focus(),
    u: number === null ? undefined : () => void navigate({ to: '/views/$view', params: { view } }),
  });

  const store = inbox?.store;
  const [rowsWanted, setRowsWanted] = useState(ROWS_STEP);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top again
  useEffect(() => setRowsWanted(ROWS_STEP), [store]);
  // The open ticket stays in the list, however far down it is.
  const openAt = number === null ? -1 : tickets.findIndex((ticket) => String(ticket.number) === number);
  const shown = tickets.slice(0, Math.max(rowsWanted, openAt + 1));
  const hasHidden = shown.length < tickets.length;
  const hasMore = hasHidden || (snapshot?.hasMore ?? false);
  const showMore = useCallback(() => {
    if (hasHidden) setRowsWanted((rows) => rows + ROWS_STEP);
    else void store?.loadMore();
  }, [hasHidden, store]);
  useEffect(() => {
    const element = end.current;
    if (!element || !hasMore) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) showMore();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [showMore, hasMore]);

  return (
    <section className={styles.root} aria-label={t(`view.${view}`)}>
      <header className={styles.header}>
        <div className={styles.titleRow}>
          <h1 className={styles.title}>{t(`view.${view}`)}</h1>
          <span className={styles.count}>{counts ? counts[view] : ''}</span>
          <div className={styles.switcher}>
            <Select
              label={t('list.view')}
              hideLabel
              value={view}
              options={VIEWS.map((value) => ({
                value,
                label: t(`view.${value}`),
                content: `${t(`view.${value}`)}${counts ? ` · ${counts[value]}` : ''}`,
              }))}
              onChange={(next) => void navigate({ to: '/views/$view', params: { view: next } })}
            />
          </div>
        </div>
        <TextField
          ref={field}
          label={t('list.search')}
          hideLabel
          type="search"
          icon={<Search size={15} aria-hidden />}
          placeholder={t('list.search')}
          value={search}
          onChange={(event) => onSearch(event.target.value)}
          onKeyDown={(event) => {
            // An Escape that ends the input method's composition is the input method's.
            if (event.key !== 'Escape' || event.nativeEvent.isComposing || event.keyCode === 229) return;
            onSearch('');
            event.currentTarget.blur();
          }}
        />
        <p className={styles.order}>
          <ArrowDownNarrowWide size={13} aria-hidden />
          {t(view === 'queue' ? 'clock:order.queue' : 'clock:order.recent')}
        </p>
      </header>
      <div className={styles.scroller}>{body()}</div>
    </section>
  );

  function body() {
    if (!snapshot || snapshot.status === 'loading') {
      return (
        <div className={styles.loading} aria-busy>
          {[0, 1, 2, 3, 4, 5].map((row) => (
            <Skeleton key={row} lines={3} />
          ))}
        </div>
      );
    }
    if (snapshot.status === 'failed') {
      return <ErrorState message={snapshot.error?.message ?? ''} onRetry={() => void inbox?.store.refresh()} />;
    }
    if (tickets.length === 0) {
      return search.trim() === '' ? (
        <EmptyState
          picture={view === 'queue' || view === 'mine' ? 'allClear' : 'ticket'}
          title={t(`empty.${view}.title`)}
        >
          {t(`empty.${view}.text`)}
        </EmptyState>
      ) : (
        <EmptyState picture="search" title={t('empty.search.title')}>
          {t('empty.search.text', { text: search.trim() })}
        </EmptyState>
      );
    }
    return (
      <>
        <ul ref={list} className={styles.list}>
          {shown.map((ticket) => {
            const isOpen = String(ticket.number) === number;
            return (
              <li key={ticket.id}>
                <TicketRow
                  ticket={ticket}
                  view={view}
                  isOpen={isOpen}
                  unread={!isOpen && isUnread(ticket, seen)}
                  onJoin={own?.isIn ? undefined : joinFromList}
                />
              </li>
            );
          })}
        </ul>
        <div ref={end} className={styles.end}>
          <MoreTickets quiet inbox={{ ...snapshot, hasMore }} label={t('list.more')} onMore={showMore} />
        </div>
      </>
    );
  }
}
