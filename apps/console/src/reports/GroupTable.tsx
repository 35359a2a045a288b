import { routeAddress } from '@alongside/client';
import {
  downloadReportGroups,
  FIGURE_TEXTS,
  getReportGroups,
  REPORT_FIGURES,
  type ReportDimension,
  type ReportFigure,
  type ReportGroup,
  type ReportScope,
} from '@alongside/contracts';
import { DownloadLink, ErrorState, SegmentedControl, Skeleton, useLocale } from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { countOf, figureWords, highOf, KINDS, numberOf, partOf, valueWords } from './figure-words.ts';
import styles from './GroupTable.module.css';
import { useGroupName } from './group-name.ts';
import { DIMENSIONS, type ReportSearch } from './report-search.ts';

/** The figures by customer, priority, engineer or topic; every number is the way to its tickets. */
export function GroupTable({
  scope,
  search,
  figure,
  by,
  onChange,
}: {
  scope: ReportScope;
  search: ReportSearch;
  figure: ReportFigure;
  by: ReportDimension;
  onChange: (part: ReportSearch) => void;
}) {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const groups = useRoute(getReportGroups, { query: { ...scope, by } }, { keepPrevious: true });
  return (
    <section className={styles.section} aria-labelledby="groups" aria-busy={groups.isPlaceholderData || undefined}>
      <header className={styles.head}>
        <h2 id="groups" className={styles.heading}>
          {t('groups')}
        </h2>
        <SegmentedControl
          size="sm"
          label={t('groups')}
          value={by}
          onChange={(dimension) => onChange({ by: dimension })}
          options={DIMENSIONS.map((value) => ({ value, label: t(`by.${value}`) }))}
        />
        <span className={styles.download}>
          <DownloadLink
            size="sm"
            href={routeAddress(downloadReportGroups.path, {}, { ...scope, by, locale, as: 'staff' })}
            label={t('csvOf', { name: t(`by.${by}`) })}
          >
            CSV
          </DownloadLink>
        </span>
      </header>
      {groups.isError ? (
        <ErrorState compact message={groups.error.message} onRetry={() => void groups.refetch()} />
      ) : !groups.data ? (
        <Skeleton lines={4} height="2.5rem" width="100%" />
      ) : groups.data.groups.length === 0 ? (
        <p className={styles.none}>{t('noGroups')}</p>
      ) : (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t(`by.${by}`)}</th>
                {REPORT_FIGURES.map((each) => (
                  <th key={each} scope="col" data-chosen={each === figure || undefined}>
                    {FIGURE_TEXTS[each].name[locale]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {inOrder(groups.data.groups, figure, by).map((group) => (
                <Row
                  key={group.key}
                  group={group}
                  by={by}
                  figure={figure}
                  search={search}
                  highest={highestOf(groups.data.groups, figure)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({
  group,
  by,
  figure,
  search,
  highest,
}: {
  group: ReportGroup;
  by: ReportDimension;
  figure: ReportFigure;
  search: ReportSearch;
  /** Of the chosen figure, of all groups. */
  highest: number;
}) {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const nameOf = useGroupName();
  const name = nameOf(by, group);
  return (
    <tr>
      <th scope="row">
        <Link
          to="/reports"
          search={{ ...search, [by]: group.key }}
          resetScroll={false}
          className={styles.name}
          title={t('filter.only', { name })}
        >
          {name}
        </Link>
      </th>
      {REPORT_FIGURES.map((each) => {
        const { figures } = group;
        const isChosen = each === figure;
        const [high, part, count] = [highOf(figures, each), partOf(figures, each), countOf(figures, each)];
        const value = numberOf(figures, each);
        if (count === 0)
          return (
            <td key={each} className={styles.empty} data-chosen={isChosen || undefined}>
              {KINDS[each] === 'count' ? '0' : '–'}
            </td>
          );
        return (
          <td key={each} data-chosen={isChosen || undefined}>
            <Link
              to="/reports/tickets"
              search={{ ...search, [by]: group.key, figure: each }}
              className={styles.value}
              aria-label={t('cell', {
                name,
                figure: FIGURE_TEXTS[each].name[locale],
                value: figureWords(figures, each, locale),
              })}
            >
              {figureWords(figures, each, locale)}
            </Link>
            <span className={styles.more}>
              {high !== null
                ? t('p90', { time: valueWords(high, each, locale) })
                : part !== null
                  ? t('partOf', { part, total: count })
                  : KINDS[each] === 'score'
                    ? t('ratings', { count })
                    : null}
            </span>
            {isChosen && highest > 0 && value !== null ? (
              <svg className={styles.bar} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect className={styles.barGround} width="100" height="4" />
                <rect className={styles.barValue} width={Math.max(0.5, (value / highest) * 100)} height="4" />
              </svg>
            ) : null}
          </td>
        );
      })}
    </tr>
  );
}

/** The longest bar: of shares and scores all there is to reach. */
function highestOf(groups: readonly ReportGroup[], figure: ReportFigure): number {
  if (KINDS[figure] === 'share') return 1;
  if (KINDS[figure] === 'score') return 5;
  return Math.max(0, ...groups.map(({ figures }) => numberOf(figures, figure) ?? 0));
}

/** Priorities in theirs; everything else by how much of the figure it has, what has none of a kind last. */
function inOrder(groups: readonly ReportGroup[], figure: ReportFigure, by: ReportDimension): readonly ReportGroup[] {
  if (by === 'priority') return groups;
  return groups.toSorted(
    (a, b) =>
      Number(a.key === 'none') - Number(b.key === 'none') || countOf(b.figures, figure) - countOf(a.figures, figure),
  );
}
