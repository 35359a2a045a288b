import { attainmentText, type Locale, type ReportFigure, type ReportFigures } from '@alongside/contracts';
import { durationWords } from '@alongside/ui';

export type Kind = 'duration' | 'share' | 'count' | 'score';

/** What a figure is a number of. */
export const KINDS: Record<ReportFigure, Kind> = {
  first_response: 'duration',
  next_response: 'duration',
  resolve: 'duration',
  first_contact: 'share',
  reopened: 'share',
  backlog: 'count',
  attainment: 'share',
  satisfaction: 'score',
};

/** Of these less is better. */
const LESS_IS_BETTER: ReadonlySet<ReportFigure> = new Set([
  'first_response',
  'next_response',
  'resolve',
  'reopened',
  'backlog',
]);

/** The number a figure is drawn by: ms, a share of 0 to 1, a count, a score; null where there is none. */
export function numberOf(figures: ReportFigures, figure: ReportFigure): number | null {
  switch (figure) {
    case 'first_response':
    case 'next_response':
    case 'resolve':
      return figures[figure].medianMs;
    case 'first_contact':
    case 'reopened': {
      const { part, total } = figures[figure];
      return total === 0 ? null : part / total;
    }
    case 'attainment': {
      const { met, total } = figures.attainment;
      return total === 0 ? null : met / total;
    }
    case 'backlog':
      return figures.backlog;
    case 'satisfaction':
      return figures.satisfaction.mean;
  }
}

/** The 90th percentile of a duration, ms; null for everything else. */
export function highOf(figures: ReportFigures, figure: ReportFigure): number | null {
  return KINDS[figure] === 'duration' ? figures[figure as 'resolve'].p90Ms : null;
}

/** How many tickets or targets a figure stands on. */
export function countOf(figures: ReportFigures, figure: ReportFigure): number {
  const value = figures[figure];
  return typeof value === 'number' ? value : 'count' in value ? value.count : value.total;
}

/** How many of a share are in it; null for everything else. */
export function partOf(figures: ReportFigures, figure: ReportFigure): number | null {
  if (KINDS[figure] !== 'share') return null;
  return figure === 'attainment' ? figures.attainment.met : figures[figure as 'reopened'].part;
}

/** A number of a figure in words; an en dash for none. */
export function valueWords(value: number | null, figure: ReportFigure, locale: Locale): string {
  if (value === null) return '–';
  switch (KINDS[figure]) {
    case 'duration':
      return durationWords(value, locale);
    case 'share':
      return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(Math.floor(value * 1_000) / 10)}%`;
    case 'count':
      return new Intl.NumberFormat(locale).format(value);
    case 'score':
      return new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 2 }).format(value);
  }
}

/** A figure in words. Attainment as statements have it: never rounded up. */
export function figureWords(figures: ReportFigures, figure: ReportFigure, locale: Locale): string {
  return figure === 'attainment'
    ? attainmentText(figures.attainment)
    : valueWords(numberOf(figures, figure), figure, locale);
}

/** How a figure moved since the period before. */
export type Change = { text: string; direction: 'up' | 'down' | 'same'; tone: 'better' | 'worse' | 'same' };

/**
 * Durations in percent, shares in percentage points, counts and scores as they are.
 * @returns null where one of both has none
 */
export function changeOf(
  now: ReportFigures,
  before: ReportFigures,
  figure: ReportFigure,
  words: { points: (count: string) => string },
  locale: Locale,
): Change | null {
  const [value, old] = [numberOf(now, figure), numberOf(before, figure)];
  if (value === null || old === null) return null;
  const kind = KINDS[figure];
  if (kind === 'duration' && old === 0) return null;
  const signed = (number: number, digits: number) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits, signDisplay: 'exceptZero' }).format(number);
  const difference = value - old;
  const text =
    kind === 'duration'
      ? `${signed((difference / old) * 100, 0)}%`
      : kind === 'share'
        ? words.points(signed(difference * 100, 1))
        : signed(difference, kind === 'count' ? 0 : 2);
  const isSame = !/[1-9]/.test(text);
  if (isSame) return { text, direction: 'same', tone: 'same' };
  const isBetter = LESS_IS_BETTER.has(figure) ? difference < 0 : difference > 0;
  return { text, direction: difference < 0 ? 'down' : 'up', tone: isBetter ? 'better' : 'worse' };
}
