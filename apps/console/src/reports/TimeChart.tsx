import { FIGURE_TEXTS, type Locale, type Report, type ReportFigure } from '@alongside/contracts';
import { useLocale } from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { scaleBand, scaleLinear } from 'd3-scale';
import { area, curveMonotoneX, line } from 'd3-shape';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { countOf, figureWords, highOf, KINDS, numberOf, partOf, valueWords } from './figure-words.ts';
import { bucketLabel, periodWords } from './report-dates.ts';
import type { ReportSearch } from './report-search.ts';
import styles from './TimeChart.module.css';
import { timeTicks } from './time-ticks.ts';
import { useWidth } from './use-width.ts';

const HEIGHT = 264;
const TOP = 12;
const BOTTOM = 28;
const RIGHT = 8;
const LABEL_WIDTH = 62;

type Point = {
  from: string;
  to: string;
  value: number | null;
  high: number | null;
  /** How many it stands on. */
  count: number;
  /** In words, for those who hear it and for the tip. */
  words: string;
  more: string | null;
};

/**
 * A figure over time. Every day, week or month is a link to its tickets; arrow keys go from one to the next. The
 * picture itself is decoration: the links say all that it shows.
 */
export function TimeChart({ report, figure, search }: { report: Report; figure: ReportFigure; search: ReportSearch }) {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const [frame, width] = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<number | null>(null);
  const [reached, setReached] = useState<number | null>(null);
  const links = useRef<(HTMLAnchorElement | null)[]>([]);
  const points = pointsOf(report, figure, locale, {
    p90: (time) => t('p90', { time }),
    partOf: (part, total) => t('partOf', { part, total }),
    tickets: (count) => t('tickets', { count }),
    ratings: (count) => t('ratings', { count }),
  });
  const before = numberOf(report.before.figures, figure);
  const ticks = ticksFor(figure, points, before);
  const left = width < 480 ? 48 : 64;
  const x = scaleBand<number>()
    .domain(points.map((_, index) => index))
    .range([left, Math.max(left + 1, width - RIGHT)])
    .paddingInner(0.3)
    .paddingOuter(0.15);
  const y = scaleLinear()
    .domain([ticks[0]!, ticks.at(-1)!])
    .range([HEIGHT - BOTTOM, TOP]);
  const middle = (index: number) => x(index)! + x.bandwidth() / 2;
  const every = Math.max(1, Math.ceil(points.length / Math.max(1, Math.floor((width - left) / LABEL_WIDTH))));
  const tabStop = Math.min(reached ?? points.length - 1, points.length - 1);
  const told = pointed ?? null;

  const move = (event: KeyboardEvent, index: number) => {
    const to = {
      ArrowLeft: index - 1,
      ArrowRight: index + 1,
      Home: 0,
      End: points.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    links.current[Math.max(0, Math.min(points.length - 1, to))]?.focus();
  };

  return (
    <div ref={frame} className={styles.chart}>
      {width > 0 ? (
        <>
          <svg className={styles.picture} width={width} height={HEIGHT} aria-hidden="true">
            {ticks.map((tick) => (
              <g key={tick}>
                <line className={styles.grid} x1={left} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
                <text className={styles.tick} x={left - 8} y={y(tick)} dy="0.32em">
                  {tickWords(tick, figure, locale)}
                </text>
              </g>
            ))}
            {told === null ? null : (
              <rect
                className={styles.pointed}
                x={x(told)! - (x.step() - x.bandwidth()) / 2}
                width={x.step()}
                y={TOP}
                height={HEIGHT - TOP - BOTTOM}
              />
            )}
            {KINDS[figure] === 'duration' ? (
              <Bars points={points} x={(index) => x(index)!} width={x.bandwidth()} y={y} />
            ) : (
              <Course points={points} x={middle} y={y} isFilled={KINDS[figure] === 'count'} />
            )}
            {before === null ? null : (
              <line className={styles.before} x1={left} x2={width - RIGHT} y1={y(before)} y2={y(before)} />
            )}
            {points.map(({ from }, index) =>
              (points.length - 1 - index) % every === 0 ? (
                <text
                  key={from}
                  className={styles.label}
                  x={Math.min(middle(index), width - LABEL_WIDTH / 2)}
                  y={HEIGHT - 8}
                >
                  {bucketLabel(from, report.unit, locale)}
                </text>
              ) : null,
            )}
          </svg>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: leaving the picture hides what it told */}
          <div className={styles.links} onMouseLeave={() => setPointed(null)}>
            {points.map((point, index) => (
              <Link
                key={point.from}
                ref={(element: HTMLAnchorElement | null) => {
                  links.current[index] = element;
                }}
                to="/reports/tickets"
                search={{ ...search, range: undefined, from: point.from, to: point.to, figure }}
                className={styles.link}
                style={{ left: x(index)! - (x.step() - x.bandwidth()) / 2, width: x.step() }}
                tabIndex={index === tabStop ? 0 : -1}
                onMouseEnter={() => setPointed(index)}
                onFocus={() => {
                  setPointed(index);
                  setReached(index);
                }}
                onBlur={() => setPointed(null)}
                onKeyDown={(event) => move(event, index)}
                aria-label={[periodWords(point, locale), point.words, point.more].filter(Boolean).join(', ')}
              />
            ))}
          </div>
          {told === null ? null : (
            <div
              className={styles.tip}
              data-side={middle(told) > width / 2 ? 'left' : 'right'}
              style={{ left: middle(told) }}
              aria-hidden="true"
            >
              <span className={styles.tipName}>{periodWords(points[told]!, locale)}</span>
              <strong className={styles.tipValue}>{points[told]!.words}</strong>
              {points[told]!.more ? <span className={styles.tipMore}>{points[told]!.more}</span> : null}
            </div>
          )}
        </>
      ) : null}
      <ul className={styles.legend}>
        {KINDS[figure] === 'duration' ? (
          <>
            <li>
              <span className={styles.keyBar} aria-hidden /> {t('column.median')}
            </li>
            <li>
              <span className={styles.keyHigh} aria-hidden /> {t('column.p90')}
            </li>
          </>
        ) : (
          <li>
            <span className={styles.keyLine} aria-hidden /> {FIGURE_TEXTS[figure].name[locale]}
          </li>
        )}
        {before === null ? null : (
          <li>
            <span className={styles.keyBefore} aria-hidden />{' '}
            {t('before', {
              period: periodWords(report.before, locale),
              value: figureWords(report.before.figures, figure, locale),
            })}
          </li>
        )}
      </ul>
    </div>
  );
}

type Scale = (value: number) => number;

/** Medians as bars, 90th percentiles as marks above them. */
function Bars({
  points,
  x,
  width,
  y,
}: {
  points: readonly Point[];
  x: (index: number) => number;
  width: number;
  y: Scale;
}) {
  return points.map(({ from, value, high }, index) =>
    value === null || high === null ? null : (
      <g key={from}>
        <line className={styles.stem} x1={x(index) + width / 2} x2={x(index) + width / 2} y1={y(value)} y2={y(high)} />
        <rect
          className={styles.bar}
          x={x(index)}
          y={Math.min(y(value), y(0) - 2)}
          width={width}
          height={Math.max(2, y(0) - y(value))}
          rx={Math.min(3, width / 4)}
        />
        <line className={styles.high} x1={x(index)} x2={x(index) + width} y1={y(high)} y2={y(high)} />
      </g>
    ),
  );
}

/** A value's course; where there is none the line goes on to the next. */
function Course({
  points,
  x,
  y,
  isFilled,
}: {
  points: readonly Point[];
  x: (index: number) => number;
  y: Scale;
  isFilled: boolean;
}) {
  const known = points.flatMap(({ value }, index) =>
    value === null ? [] : [[x(index), y(value)] as [number, number]],
  );
  const floor = y(0);
  return (
    <g>
      {isFilled ? (
        <path
          className={styles.area}
          d={
            area<[number, number]>()
              .y0(floor)
              .y1(([, at]) => at)
              .curve(curveMonotoneX)(known) ?? undefined
          }
        />
      ) : null}
      <path className={styles.course} d={line().curve(curveMonotoneX)(known) ?? undefined} />
      {known.map(([cx, cy]) => (
        <circle key={cx} className={styles.dot} cx={cx} cy={cy} r={known.length > 40 ? 2 : 3.5} />
      ))}
    </g>
  );
}

function pointsOf(
  report: Report,
  figure: ReportFigure,
  locale: Locale,
  say: {
    p90: (time: string) => string;
    partOf: (part: number, total: number) => string;
    tickets: (count: number) => string;
    ratings: (count: number) => string;
  },
): Point[] {
  return report.buckets.map(({ from, to, figures }) => {
    const [high, part, count] = [highOf(figures, figure), partOf(figures, figure), countOf(figures, figure)];
    const more =
      high !== null
        ? `${say.p90(valueWords(high, figure, locale))}, ${say.tickets(count)}`
        : part !== null && count > 0
          ? say.partOf(part, count)
          : KINDS[figure] === 'score' && count > 0
            ? say.ratings(count)
            : null;
    return {
      from,
      to,
      value: numberOf(figures, figure),
      high,
      count,
      words: figureWords(figures, figure, locale),
      more,
    };
  });
}

/** Where lines are drawn, lowest first; between the outer ones lies everything. */
function ticksFor(figure: ReportFigure, points: readonly Point[], before: number | null): number[] {
  const values = [...points.flatMap(({ value, high }) => [value, high]), before].filter((value) => value !== null);
  const highest = Math.max(0, ...values);
  switch (KINDS[figure]) {
    case 'duration':
      return timeTicks(highest);
    case 'share': {
      // Attainment moves near 100 %: the picture begins where the values do, at a whole tenth.
      const lowest = Math.min(1, ...values);
      const floor = figure === 'attainment' && lowest >= 0.6 ? Math.floor(lowest * 10 - 0.001) / 10 : 0;
      return scaleLinear().domain([floor, 1]).ticks(5);
    }
    case 'score':
      return [1, 2, 3, 4, 5];
    case 'count': {
      const top = Math.max(4, highest);
      return scaleLinear()
        .domain([0, top])
        .nice(4)
        .ticks(4)
        .filter((tick) => Number.isInteger(tick));
    }
  }
}

function tickWords(tick: number, figure: ReportFigure, locale: Locale): string {
  return tick === 0 ? '0' : valueWords(tick, figure, locale).replace('.0', '');
}
