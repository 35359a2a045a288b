import { FIGURE_TEXTS, getReport, type Report, type ReportFigure } from '@alongside/contracts';
import { cx, EmptyState, ErrorState, SegmentedControl, Skeleton, useLocale, useNow } from '@alongside/ui';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { BucketTable } from './BucketTable.tsx';
import { FigureCards } from './FigureCards.tsx';
import { GroupTable } from './GroupTable.tsx';
import styles from './ReportPage.module.css';
import { ReportsFrame } from './ReportsFrame.tsx';
import { type ReportSearch, scopeOf } from './report-search.ts';
import { ScopeBar } from './ScopeBar.tsx';
import { TimeChart } from './TimeChart.tsx';

/** The team's figures of a period: each against the period before, over time, and by customer, priority, engineer, topic. */
export function ReportPage() {
  const { t } = useTranslation('reports');
  const search = useSearch({ from: '/reports' });
  const navigate = useNavigate({ from: '/reports' });
  const nowMs = useNow();
  const scope = scopeOf(search, nowMs);
  const report = useRoute(getReport, { query: scope }, { keepPrevious: true });
  const change = (part: ReportSearch) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  const figure = search.figure ?? 'first_response';
  const shown = report.data?.report;
  return (
    <ReportsFrame>
      <ScopeBar search={search} scope={scope} />
      {report.isError ? (
        <ErrorState message={report.error.message} onRetry={() => void report.refetch()} />
      ) : !shown ? (
        <Loading />
      ) : isNothing(shown) ? (
        <EmptyState picture="allClear" title={t('nothing')}>
          {t('nothingHint')}
        </EmptyState>
      ) : (
        <div className={cx(styles.report, report.isPlaceholderData && styles.stale)}>
          <FigureCards report={shown} figure={figure} onChoose={(chosen) => change({ figure: chosen })} />
          <FigureOverTime report={shown} figure={figure} search={search} />
          <GroupTable
            scope={scope}
            search={search}
            figure={figure}
            by={search.by ?? 'organisation'}
            onChange={change}
          />
        </div>
      )}
    </ReportsFrame>
  );
}

/** One figure over the period, as a picture or as a table. */
function FigureOverTime({ report, figure, search }: { report: Report; figure: ReportFigure; search: ReportSearch }) {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const [face, setFace] = useState<'chart' | 'table'>('chart');
  const { name, counted } = FIGURE_TEXTS[figure];
  return (
    <section className={styles.section} aria-labelledby="over-time">
      <header className={styles.head}>
        <div className={styles.titles}>
          <h2 id="over-time" className={styles.heading}>
            {t('overTime', { figure: name[locale], unit: t(`unit.${report.unit}`) })}
          </h2>
          <p className={styles.hint}>{counted[locale]}</p>
        </div>
        <SegmentedControl
          size="sm"
          label={t('face.label')}
          value={face}
          onChange={setFace}
          options={[
            { value: 'chart', label: t('face.chart') },
            { value: 'table', label: t('face.table') },
          ]}
        />
      </header>
      {face === 'chart' ? (
        <TimeChart report={report} figure={figure} search={search} />
      ) : (
        <BucketTable report={report} figure={figure} search={search} />
      )}
    </section>
  );
}

function Loading() {
  return (
    <div className={styles.report}>
      <div className={styles.cards}>
        {Array.from({ length: 8 }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the places have no identity and never move
          <Skeleton key={index} height="7rem" width="100%" />
        ))}
      </div>
      <Skeleton height="16rem" width="100%" />
      <Skeleton lines={4} height="2.5rem" width="100%" />
    </div>
  );
}

function isNothing({ figures, before }: Report): boolean {
  return [figures, before.figures].every(
    (each) =>
      each.backlog +
        each.first_response.count +
        each.next_response.count +
        each.resolve.count +
        each.reopened.total +
        each.attainment.total +
        each.satisfaction.count ===
      0,
  );
}
