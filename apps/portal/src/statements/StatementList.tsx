import { attainmentText, listStatementSummaries, type StatementSummary } from '@alongside/contracts';
import {
  AttainmentBar,
  Badge,
  Button,
  EmptyState,
  ErrorState,
  moneyWords,
  monthName,
  percentWords,
  Skeleton,
  useLocale,
} from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import page from '../page.module.css';
import { usePortal } from '../portal-context.ts';
import { useReply } from '../use-reply.ts';
import styles from './StatementList.module.css';

/** The statements of one's organisation, latest first. */
export function StatementList() {
  const { t } = useTranslation('statements');
  const { me } = usePortal();
  const [pages, setPages] = useState<(string | undefined)[]>([undefined]);
  const organisationId = me.organisation?.id;
  return (
    <div className={page.page}>
      <header>
        <h1 className={page.title}>{t('title')}</h1>
        <p className={page.lead}>{t('lead')}</p>
      </header>
      {organisationId === undefined ? (
        <None />
      ) : (
        pages.map((before) => (
          <Months
            key={before ?? 'latest'}
            organisationId={organisationId}
            before={before}
            isLast={before === pages.at(-1)}
            onMore={(last) => setPages((known) => [...known, last])}
          />
        ))
      )}
    </div>
  );
}

function None() {
  const { t } = useTranslation('statements');
  return (
    <EmptyState picture="allClear" title={t('none')}>
      {t('noneText')}
    </EmptyState>
  );
}

/** A year of them; earlier ones on request. */
function Months({
  organisationId,
  before,
  isLast,
  onMore,
}: {
  organisationId: string;
  before: string | undefined;
  isLast: boolean;
  onMore: (last: string) => void;
}) {
  const { t } = useTranslation('statements');
  const { data, error, retry } = useReply(listStatementSummaries, {
    params: { organisationId },
    query: before === undefined ? {} : { before },
  });
  if (error) return <ErrorState message={error.message} onRetry={retry} />;
  if (!data) return <Skeleton lines={4} height="4.75rem" width="100%" />;
  if (data.summaries.length === 0) return before === undefined ? <None /> : null;
  return (
    <>
      <ul className={styles.list}>
        {data.summaries.map((summary) => (
          <li key={summary.month}>
            <Row summary={summary} />
          </li>
        ))}
      </ul>
      {data.more && isLast ? <Button onClick={() => onMore(data.summaries.at(-1)!.month)}>{t('more')}</Button> : null}
    </>
  );
}

function Row({ summary: { month, provisional, planName, attainment, credits } }: { summary: StatementSummary }) {
  const { t } = useTranslation('statements');
  const { locale } = useLocale();
  const owed =
    credits.percent === 0
      ? null
      : credits.amount
        ? moneyWords(credits.amount, locale)
        : t('statement:ofFee', { percent: percentWords(credits.percent / 100) });
  return (
    <Link to="/statements/$month" params={{ month }} className={styles.row}>
      <span className={styles.head}>
        <span className={styles.month}>{monthName(month, locale)}</span>
        {provisional ? <Badge tone="warning">{t('running')}</Badge> : null}
        <span className={styles.plan}>{planName?.[locale] ?? t('statement:noContract')}</span>
      </span>
      <span className={styles.attainment}>
        <strong className={styles.share}>{attainmentText(attainment)}</strong>
        <span className={styles.sub}>
          {attainment.total === 0 ? t('statement:nothingDue') : t('statement:metOf', attainment)}
        </span>
        <AttainmentBar met={attainment.met} total={attainment.total} />
      </span>
      <span className={styles.credits} data-owed={owed !== null || undefined}>
        {owed === null ? t('noCredits') : t('credits', { amount: owed })}
      </span>
      <ChevronRight className={styles.way} size={18} aria-hidden />
    </Link>
  );
}
