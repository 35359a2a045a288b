import { routeAddress } from '@alongside/client';
import {
  downloadReportTickets,
  FIGURE_TEXTS,
  listReportTickets,
  type ReportFigure,
  type ReportTicket,
} from '@alongside/contracts';
import {
  Badge,
  Button,
  DownloadLink,
  EmptyState,
  ErrorState,
  PriorityBadge,
  Skeleton,
  useLocale,
  useNow,
  usePersonName,
  wallWords,
} from '@alongside/ui';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '../data/api.ts';
import { Page } from '../desk/Page.tsx';
import rows from '../desk/Rows.module.css';
import { KINDS, valueWords } from './figure-words.ts';
import styles from './ReportTicketsPage.module.css';
import { scopeOf } from './report-search.ts';
import { ScopeBar } from './ScopeBar.tsx';

/** What a figure counts where that is not tickets. */
const COUNTED: Partial<Record<ReportFigure, 'answer' | 'target' | 'rating'>> = {
  first_response: 'answer',
  next_response: 'answer',
  attainment: 'target',
  satisfaction: 'rating',
};

/** The tickets a figure was made of. */
export function ReportTicketsPage() {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const search = useSearch({ from: '/reports/tickets' });
  const figure = search.figure ?? 'first_response';
  const scope = scopeOf(search, useNow());
  const pages = useInfiniteQuery({
    queryKey: [listReportTickets.path, scope, figure],
    queryFn: ({ pageParam, signal }) =>
      api.call(listReportTickets, { query: { ...scope, figure, offset: pageParam } }, { signal }),
    initialPageParam: 0,
    getNextPageParam: (last, all) => {
      const count = all.reduce((sum, page) => sum + page.tickets.length, 0);
      return count < last.total && last.tickets.length > 0 ? count : undefined;
    },
  });
  const total = pages.data?.pages[0]?.total;
  const tickets = pages.data?.pages.flatMap((page) => page.tickets) ?? [];
  return (
    <Page
      wide
      title={FIGURE_TEXTS[figure].name[locale]}
      lead={total === undefined ? t('behind') : t(`behindCount.${COUNTED[figure] ?? 'ticket'}`, { count: total })}
      actions={
        <DownloadLink
          href={routeAddress(downloadReportTickets.path, {}, { ...scope, figure, locale, as: 'staff' })}
          label={t('csvOf', { name: FIGURE_TEXTS[figure].name[locale] })}
        >
          CSV
        </DownloadLink>
      }
    >
      <Link to="/reports" search={search} className={styles.back}>
        <ArrowLeft size={16} aria-hidden />
        {t('toReport')}
      </Link>
      <ScopeBar search={search} scope={scope} />
      {pages.isError ? (
        <ErrorState message={pages.error.message} onRetry={() => void pages.refetch()} />
      ) : !pages.data ? (
        <Skeleton lines={6} height="2.75rem" width="100%" />
      ) : tickets.length === 0 ? (
        <EmptyState picture="search" title={t('noTickets')}>
          {t('noTicketsHint')}
        </EmptyState>
      ) : (
        <>
          <ul className={rows.rows}>
            {tickets.map((ticket) => (
              <li key={`${ticket.id} ${ticket.at} ${ticket.target}`}>
                <Row ticket={ticket} figure={figure} timeZone={scope.timeZone} />
              </li>
            ))}
          </ul>
          {pages.hasNextPage ? (
            <Button className={rows.more} busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              {t('more')}
            </Button>
          ) : null}
        </>
      )}
    </Page>
  );
}

function Row({ ticket, figure, timeZone }: { ticket: ReportTicket; figure: ReportFigure; timeZone: string }) {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const { date, time } = wallWords(ticket.at, timeZone, locale);
  const kind = KINDS[figure];
  return (
    <Link to="/views/$view/$number" params={{ view: 'all', number: String(ticket.number) }} className={rows.row}>
      <PriorityBadge priority={ticket.priority} plain />
      <span className={rows.main}>
        <span className={rows.name}>{ticket.subject}</span>
        <span className={rows.sub}>
          {[`#${ticket.number}`, ticket.organisation?.name, ticket.engineer && nameOf(ticket.engineer.name)]
            .filter(Boolean)
            .join(' · ')}
          <time className={styles.below} dateTime={ticket.at}>
            {` · ${date}`}
          </time>
        </span>
      </span>
      <span className={styles.value}>
        {kind === 'duration' || kind === 'score' ? valueWords(ticket.value, figure, locale) : null}
        {kind === 'share' ? <Verdict ticket={ticket} figure={figure} /> : null}
        {ticket.target ? <span className={styles.target}>{t(`statement:targetNames.${ticket.target}`)}</span> : null}
      </span>
      <time className={styles.at} dateTime={ticket.at}>
        <span>{date}</span> <span>{time.slice(0, 5)}</span>
      </time>
    </Link>
  );
}

/** Whether it is in the share, said as what it means for this figure. */
function Verdict({ ticket, figure }: { ticket: ReportTicket; figure: ReportFigure }) {
  const { t } = useTranslation('reports');
  const isGood = figure === 'reopened' ? !ticket.isPart : ticket.isPart;
  return <Badge tone={isGood ? 'success' : 'danger'}>{t(`verdict.${figure}.${ticket.isPart ? 'in' : 'out'}`)}</Badge>;
}
