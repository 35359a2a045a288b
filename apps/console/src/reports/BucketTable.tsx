import type { Report, ReportFigure } from '@alongside/contracts';
import { useLocale } from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import styles from './BucketTable.module.css';
import { countOf, figureWords, highOf, KINDS, partOf, valueWords } from './figure-words.ts';
import { periodWords } from './report-dates.ts';
import type { ReportSearch } from './report-search.ts';

/** What the chart draws, as a table; each number is the way to its tickets. */
export function BucketTable({
  report,
  figure,
  search,
}: {
  report: Report;
  figure: ReportFigure;
  search: ReportSearch;
}) {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const kind = KINDS[figure];
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t(`unitName.${report.unit}`)}</th>
          <th scope="col">
            {t(kind === 'duration' ? 'column.median' : kind === 'score' ? 'column.mean' : 'column.value')}
          </th>
          {kind === 'duration' ? <th scope="col">{t('column.p90')}</th> : null}
          {kind === 'share' ? <th scope="col">{t('column.part')}</th> : null}
          {kind === 'count' ? null : <th scope="col">{t('column.count')}</th>}
        </tr>
      </thead>
      <tbody>
        {report.buckets.map(({ from, to, figures }) => (
          <tr key={from}>
            <th scope="row">{periodWords({ from, to }, locale)}</th>
            <td>
              {countOf(figures, figure) === 0 ? (
                figureWords(figures, figure, locale)
              ) : (
                <Link
                  to="/reports/tickets"
                  search={{ ...search, range: undefined, from, to, figure }}
                  className={styles.link}
                >
                  {figureWords(figures, figure, locale)}
                </Link>
              )}
            </td>
            {kind === 'duration' ? <td>{valueWords(highOf(figures, figure), figure, locale)}</td> : null}
            {kind === 'share' ? <td>{partOf(figures, figure)}</td> : null}
            {kind === 'count' ? null : <td>{countOf(figures, figure)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
