import type { TicketHead } from '@alongside/contracts';
import {
  Button,
  DueLine,
  EmptyState,
  ErrorState,
  MoreTickets,
  RelativeTime,
  SegmentedControl,
  Skeleton,
  StateBadge,
  TextField,
  useInbox,
  useLastMessageText,
} from '@alongside/ui';
import { Link, useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useDeferredValue, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import page from './page.module.css';
import { usePortal } from './portal-context.ts';
import styles from './RequestList.module.css';
import { isDone, type StateFilter, withState } from './request-filter.ts';

const SEARCH_DELAY_MS = 250;
const SEARCH_MAX_LENGTH = 200;

/** One's own requests, or those of one's organisation. */
export function RequestList() {
  const { t } = useTranslation('portal');
  const { me } = usePortal();
  const navigate = useNavigate();
  const [scope, setScope] = useState<'mine' | 'ours'>('mine');
  const [filter, setFilter] = useState<StateFilter>('active');
  const [text, setText] = useState('');
  const search = useDelayed(text.trim());
  const inbox = useInbox({
    view: 'all',
    ...(search ? { search } : {}),
    ...(scope === 'mine' ? { contactId: me.id } : {}),
  });
  const snapshot = inbox?.snapshot;
  // While one searches, the state is not what one looks for.
  const wanted = search ? (snapshot?.tickets ?? []) : withState(snapshot?.tickets ?? [], filter);
  const tickets = useDeferredValue(wanted);
  const isShort = snapshot?.status === 'ready' && wanted.length === 0 && snapshot.hasMore;
  const isEmpty = snapshot?.status === 'ready' && tickets.length === 0 && wanted.length === 0 && !snapshot.hasMore;
  const hasNone = isEmpty && !search && (snapshot?.tickets.length ?? 0) === 0;
  const organisation = me.organisation?.name;
  // The state is chosen among what is loaded: none there may be one further on. After a failure one asks by oneself.
  const store = inbox?.store;
  const looksOn = isShort && !snapshot.loadingMore && snapshot.moreError === null;
  // After every drawing: a page may have come so quickly that nothing here changed in between.
  useEffect(() => {
    if (looksOn) void store?.loadMore();
  });
  const ask = (
    <Button variant="primary" size="lg" onClick={() => void navigate({ to: '/new' })}>
      {t('nav.new')}
    </Button>
  );

  return (
    <div className={page.page}>
      <h1 className={page.title}>
        {scope === 'ours' && organisation ? t('list.titleAll', { organisation }) : t('list.title')}
      </h1>
      <div className={styles.tools}>
        <TextField
          className={styles.search}
          label={t('list.search')}
          hideLabel
          type="search"
          maxLength={SEARCH_MAX_LENGTH}
          placeholder={t('list.searchPlaceholder')}
          icon={<Search size={17} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {organisation ? (
          <SegmentedControl
            label={t('list.scope')}
            value={scope}
            onChange={setScope}
            options={[
              { value: 'mine', label: t('list.mine') },
              { value: 'ours', label: t('list.ours', { organisation }) },
            ]}
          />
        ) : null}
        <SegmentedControl
          label={t('list.state')}
          value={filter}
          onChange={setFilter}
          options={[
            { value: 'active', label: t('list.active') },
            { value: 'done', label: t('list.done') },
            { value: 'all', label: t('list.all') },
          ]}
        />
      </div>
      {snapshot?.status === 'failed' ? (
        <ErrorState message={snapshot.error?.message ?? ''} onRetry={() => void inbox?.store.refresh()} />
      ) : !snapshot || snapshot.status === 'loading' ? (
        <Skeleton lines={6} />
      ) : hasNone ? (
        <EmptyState picture="allClear" title={t('list.emptyTitle')} action={ask}>
          {t('list.emptyText')}
        </EmptyState>
      ) : isEmpty && search ? (
        <EmptyState picture="search" title={t('list.noMatchTitle')}>
          {t('list.noMatchText', { search })}
        </EmptyState>
      ) : isEmpty ? (
        <EmptyState picture="allClear" title={t('list.emptyTitle')}>
          {t(filter === 'done' ? 'list.emptyDoneText' : 'list.emptyActiveText')}
        </EmptyState>
      ) : (
        <>
          {tickets.length > 0 ? (
            <ul className={styles.list}>
              {tickets.map((ticket) => (
                <li key={ticket.id}>
                  <Row ticket={ticket} isMine={ticket.contact.id === me.id} />
                </li>
              ))}
            </ul>
          ) : null}
          <MoreTickets inbox={snapshot} label={t('list.more')} onMore={() => void inbox?.store.loadMore()} />
        </>
      )}
    </div>
  );
}

function Row({ ticket, isMine }: { ticket: TicketHead; isMine: boolean }) {
  const { t } = useTranslation('portal');
  const textOf = useLastMessageText();
  const { lastMessage } = ticket;
  const who = lastMessage?.by.kind === 'customer' && isMine ? t('list.you') : lastMessage?.by.name;
  return (
    <Link to="/tickets/$id" params={{ id: String(ticket.number) }} className={styles.row}>
      <span className={isDone(ticket) ? styles.subjectDone : styles.subject}>{ticket.subject}</span>
      <span className={styles.preview}>{lastMessage ? t('list.said', { who, text: textOf(lastMessage) }) : null}</span>
      <span className={styles.facts}>
        <StateBadge state={ticket.state} forCustomer />
        <span>{t('list.number', { number: ticket.number })}</span>
        {isMine ? null : <span>{t('list.by', { name: ticket.contact.name })}</span>}
        <RelativeTime at={ticket.updatedAt} />
        <DueLine clock={ticket.clock} />
      </span>
    </Link>
  );
}

function useDelayed(value: string): string {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), SEARCH_DELAY_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return delayed;
}
