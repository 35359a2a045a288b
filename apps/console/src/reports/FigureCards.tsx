import { FIGURE_TEXTS, REPORT_FIGURES, type Report, type ReportFigure } from '@alongside/contracts';
import { useLocale } from '@alongside/ui';
import { line } from 'd3-shape';
import { ArrowDown, ArrowUp, Minus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './FigureCards.module.css';
import { changeOf, countOf, figureWords, highOf, KINDS, numberOf, partOf, valueWords } from './figure-words.ts';
import { periodWords } from './report-dates.ts';

/** All figures at a glance; one of them is looked at closely below. */
export function FigureCards({
  report,
  figure,
  onChoose,
}: {
  report: Report;
  figure: ReportFigure;
  onChoose: (figure: ReportFigure) => void;
}) {
  const { t } = useTranslation('reports');
  return (
    <fieldset className={styles.cards}>
      <legend className={styles.hidden}>{t('figures')}</legend>
      {REPORT_FIGURES.map((each) => (
        <Card key={each} report={report} figure={each} isChosen={each === figure} onChoose={() => onChoose(each)} />
      ))}
    </fieldset>
  );
}

function Card({
  report,
  figure,
  isChosen,
  onChoose,
}: {
  report: Report;
  figure: ReportFigure;
  isChosen: boolean;
  onChoose: () => void;
}) {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const { figures, before } = report;
  const high = highOf(figures, figure);
  const part = partOf(figures, figure);
  const count = countOf(figures, figure);
  const change = changeOf(figures, before.figures, figure, { points: (points) => t('points', { points }) }, locale);
  const beside =
    count === 0 && KINDS[figure] !== 'count'
      ? t('none')
      : high !== null
        ? t('p90', { time: valueWords(high, figure, locale) })
        : part !== null
          ? t('partOf', { part, total: count })
          : KINDS[figure] === 'score'
            ? t('ratings', { count })
            : t('openAtEnd');
  return (
    <label className={styles.card} data-chosen={isChosen || undefined}>
      <input type="radio" name="figure" className={styles.input} checked={isChosen} onChange={onChoose} />
      <span className={styles.name}>{FIGURE_TEXTS[figure].name[locale]}</span>
      <span className={styles.value}>{figureWords(figures, figure, locale)}</span>
      <span className={styles.beside}>{beside}</span>
      <span className={styles.foot}>
        {change ? (
          <span
            className={styles.change}
            data-tone={change.tone}
            title={t('against', {
              value: figureWords(before.figures, figure, locale),
              period: periodWords(before, locale),
            })}
          >
            {change.direction === 'up' ? (
              <ArrowUp size={13} aria-hidden />
            ) : change.direction === 'down' ? (
              <ArrowDown size={13} aria-hidden />
            ) : (
              <Minus size={13} aria-hidden />
            )}
            {change.text}
            <span className={styles.hidden}>{t(`tone.${change.tone}`)}</span>
          </span>
        ) : (
          <span className={styles.change}>{t('noComparison')}</span>
        )}
        <Sparkline report={report} figure={figure} />
      </span>
    </label>
  );
}

const WIDTH = 72;
const HEIGHT = 22;

/** The course of a figure in the least room; days without a value are passed over. */
function Sparkline({ report, figure }: { report: Report; figure: ReportFigure }) {
  const values = report.buckets.map((bucket) => numberOf(bucket.figures, figure));
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (index: number) => 2 + (index / Math.max(1, values.length - 1)) * (WIDTH - 4);
  const y = (value: number) => (high === low ? HEIGHT / 2 : HEIGHT - 3 - ((value - low) / (high - low)) * (HEIGHT - 6));
  const points = values.flatMap((value, index) => (value === null ? [] : [[x(index), y(value)] as [number, number]]));
  const [endX, endY] = points.at(-1)!;
  return (
    <svg className={styles.spark} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <path d={line()(points) ?? undefined} />
      <circle cx={endX} cy={endY} r={2} />
    </svg>
  );
}
