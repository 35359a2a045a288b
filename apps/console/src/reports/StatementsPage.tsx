import { attainmentText, listStatementOrganisations, type Month, type StatementSummary } from '@alongside/contracts';
import {
  AttainmentBar,
  Badge,
  DownloadLink,
  EmptyState,
  ErrorState,
  MonthPicker,
  moneyWords,
  monthName,
  percentWords,
  Skeleton,
  statementAddress,
  useLocale,
} from '@alongside/ui';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { ReportsFrame } from './ReportsFrame.tsx';
import styles from './StatementsPage.module.css';

/** Every customer's statement of a month. */
export function StatementsPage() {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const { month } = useSearch({ from: '/reports/statements' });
  const navigate = useNavigate({ from: '/reports/statements' });
  const statements = useRoute(
    listStatementOrganisations,
    { query: month === undefined ? {} : { month } },
    { keepPrevious: true },
  );
  const known = statements.data;
  const choose = (chosen: Month) => void navigate({ search: { month: chosen }, replace: true });
  return (
    <ReportsFrame>
      {statements.isError ? (
        <ErrorState message={statements.error.message} onRetry={() => void statements.refetch()} />
      ) : !known ? (
        <Skeleton lines={5} height="3.25rem" width="100%" />
      ) : known.months.length === 0 ? (
        <EmptyState picture="people" title={t('statements.none')}>
          {t('statements.noneHint')}
        </EmptyState>
      ) : (
        <>
          <div className={styles.tools}>
            <MonthPicker month={known.month} months={known.months} onChange={choose} />
            <p className={styles.sum}>{t('statements.count', { count: known.organisations.length })}</p>
          </div>
          {known.organisations.length === 0 ? (
            <p className={styles.sum}>{t('statements.noneThen', { month: monthName(known.month, locale) })}</p>
          ) : (
            <ul className={styles.rows}>
              {known.organisations.map((organisation) => (
                <Row key={organisation.id} organisation={organisation} />
              ))}
            </ul>
          )}
        </>
      )}
    </ReportsFrame>
  );
}

function Row({ organisation }: { organisation: StatementSummary & { id: string; name: string } }) {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const { id, name, month, provisional, planName, attainment, credits, excluded } = organisation;
  const named = monthName(month, locale);
  const place = { organisationId: id, month };
  return (
    <li className={styles.row}>
      <div className={styles.who}>
        <Link to="/reports/statements/$organisationId/$month" params={place} className={styles.name}>
          {name}
        </Link>
        <span className={styles.sub}>{planName?.[locale] ?? t('statement:noContract')}</span>
      </div>
      <div className={styles.state}>
        <Badge tone={provisional ? 'warning' : 'neutral'}>
          {t(provisional ? 'statements.running' : 'statement:final')}
        </Badge>
      </div>
      <div className={styles.attainment}>
        <span className={styles.line}>
          <strong>{attainmentText(attainment)}</strong>
          <span className={styles.sub}>
            {attainment.total === 0
              ? t('statement:nothingDue')
              : t('partOf', { part: attainment.met, total: attainment.total })}
            {excluded > 0 ? ` · ${t('statement:excludedCount', { count: excluded })}` : null}
          </span>
        </span>
        <AttainmentBar met={attainment.met} total={attainment.total} />
      </div>
      <div className={styles.credits} data-owed={credits.percent > 0 || undefined}>
        {credits.percent === 0 ? (
          <span className={styles.sub}>{t('statements.noCredits')}</span>
        ) : (
          <>
            <strong>{credits.amount ? moneyWords(credits.amount, locale) : percentWords(credits.percent / 100)}</strong>
            <span className={styles.sub}>{t('statement:ofFee', { percent: percentWords(credits.percent / 100) })}</span>
          </>
        )}
      </div>
      <div className={styles.files}>
        <DownloadLink
          size="sm"
          href={statementAddress({ ...place, kind: 'pdf' }, locale, 'staff')}
          label={`${name}: ${t('statement:downloadPdfOf', { month: named })}`}
        >
          PDF
        </DownloadLink>
        <DownloadLink
          size="sm"
          href={statementAddress({ ...place, kind: 'csv' }, locale, 'staff')}
          label={`${name}: ${t('statement:downloadCsvOf', { month: named })}`}
        >
          CSV
        </DownloadLink>
      </div>
    </li>
  );
}
