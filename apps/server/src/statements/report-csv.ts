import {
  FIGURE_TEXTS,
  type Locale,
  type LocalisedText,
  type ReportDimension,
  type ReportFigure,
  type ReportFigures,
  type ReportGroup,
  type ReportTicket,
  type Topic,
} from '@alongside/contracts';
import { type Cell, csv } from './csv.ts';
import { offsetText } from './format.ts';
import { NONE } from './report.queries.ts';
import { TARGET_WORDS } from './words.ts';

const WORDS = {
  organisation: { en: 'Customer', 'zh-CN': '客户' },
  priority: { en: 'Priority', 'zh-CN': '优先级' },
  engineer: { en: 'Engineer', 'zh-CN': '工程师' },
  topic: { en: 'Topic', 'zh-CN': '主题' },
  none: { en: 'none', 'zh-CN': '无' },
  count: { en: '{figure}: count', 'zh-CN': '{figure}：数量' },
  median: { en: '{figure}: median (min)', 'zh-CN': '{figure}：中位数（分钟）' },
  p90: { en: '{figure}: 90th percentile (min)', 'zh-CN': '{figure}：90 分位数（分钟）' },
  of: { en: '{figure}: of', 'zh-CN': '{figure}：总数' },
  mean: { en: '{figure}: mean', 'zh-CN': '{figure}：平均' },
  ticket: { en: 'Ticket', 'zh-CN': '工单' },
  subject: { en: 'Subject', 'zh-CN': '标题' },
  at: { en: 'Counted at', 'zh-CN': '计入时刻' },
  minutes: { en: 'Minutes', 'zh-CN': '分钟' },
  score: { en: 'Rating', 'zh-CN': '评分' },
  isPart: { en: 'In the share', 'zh-CN': '计入比例' },
  target: { en: 'Target', 'zh-CN': '目标' },
  yes: { en: 'yes', 'zh-CN': '是' },
  no: { en: 'no', 'zh-CN': '否' },
} satisfies Record<string, LocalisedText>;

type Column = { name: string; cell: (figures: ReportFigures) => Cell };

/** The figures by customer, priority, engineer or topic as a table. */
export function groupsCsv(
  by: ReportDimension,
  groups: readonly ReportGroup[],
  topics: readonly Topic[],
  locale: Locale,
): Buffer {
  const columns = figureColumns(locale);
  return csv(
    [WORDS[by][locale], ...columns.map(({ name }) => name)],
    groups.map(({ key, name, figures }) => [
      key === NONE ? WORDS.none[locale] : (name ?? topics.find(({ id }) => id === key)?.name[locale] ?? key),
      ...columns.map(({ cell }) => cell(figures)),
    ]),
  );
}

/** The tickets behind a figure as a table. */
export function ticketsCsv(
  figure: ReportFigure,
  tickets: readonly ReportTicket[],
  timeZone: string,
  locale: Locale,
): Buffer {
  const isDuration = figure === 'first_response' || figure === 'next_response' || figure === 'resolve';
  const isShare = figure === 'first_contact' || figure === 'reopened' || figure === 'attainment';
  const header: (keyof typeof WORDS)[] = ['ticket', 'subject', 'priority', 'organisation', 'engineer', 'at'];
  if (isDuration) header.push('minutes');
  if (figure === 'satisfaction') header.push('score');
  if (figure === 'attainment') header.push('target');
  if (isShare) header.push('isPart');
  return csv(
    header.map((word) => WORDS[word][locale]),
    tickets.map((ticket) => {
      const cells: Partial<Record<keyof typeof WORDS, Cell>> = {
        ticket: ticket.number,
        subject: ticket.subject,
        priority: ticket.priority,
        organisation: ticket.organisation?.name ?? null,
        engineer: ticket.engineer?.name ?? null,
        at: offsetText(timeZone, ticket.at),
        minutes: minutes(ticket.value),
        score: ticket.value,
        target: ticket.target && (TARGET_WORDS[ticket.target as keyof typeof TARGET_WORDS]?.[locale] ?? ticket.target),
        isPart: WORDS[ticket.isPart ? 'yes' : 'no'][locale],
      };
      return header.map((word) => cells[word] ?? null);
    }),
  );
}

function figureColumns(locale: Locale): Column[] {
  const named = (word: LocalisedText, figure: ReportFigure) =>
    word[locale].replace('{figure}', () => FIGURE_TEXTS[figure].name[locale]);
  const duration = (figure: 'first_response' | 'next_response' | 'resolve'): Column[] => [
    { name: named(WORDS.count, figure), cell: (figures) => figures[figure].count },
    { name: named(WORDS.median, figure), cell: (figures) => minutes(figures[figure].medianMs) },
    { name: named(WORDS.p90, figure), cell: (figures) => minutes(figures[figure].p90Ms) },
  ];
  const share = (figure: 'first_contact' | 'reopened'): Column[] => [
    { name: named(WORDS.count, figure), cell: (figures) => figures[figure].part },
    { name: named(WORDS.of, figure), cell: (figures) => figures[figure].total },
  ];
  return [
    ...duration('first_response'),
    ...duration('next_response'),
    ...duration('resolve'),
    ...share('first_contact'),
    ...share('reopened'),
    { name: FIGURE_TEXTS.backlog.name[locale], cell: ({ backlog }) => backlog },
    { name: named(WORDS.count, 'attainment'), cell: ({ attainment }) => attainment.met },
    { name: named(WORDS.of, 'attainment'), cell: ({ attainment }) => attainment.total },
    { name: named(WORDS.count, 'satisfaction'), cell: ({ satisfaction }) => satisfaction.count },
    {
      name: named(WORDS.mean, 'satisfaction'),
      cell: ({ satisfaction }) => satisfaction.mean && Math.round(satisfaction.mean * 1_000) / 1_000,
    },
  ];
}

function minutes(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 60) / 1_000;
}
