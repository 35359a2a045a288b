import {
  AppError,
  type Locale,
  type LocalisedText,
  type Report,
  type ReportDimension,
  type ReportFigure,
  type ReportGroup,
  type ReportScope,
  type ReportTicket,
} from '@alongside/contracts';
import {
  bucketsOf,
  daysOf,
  localDate,
  PERIOD_DAYS_MAX,
  type Period,
  periodBefore,
  spanOf,
  unitFor,
} from '@alongside/desk';
import { isTimeZone } from '@alongside/sla';
import type { DbOrTrx } from '../platform/database/database.ts';
import { presentGroups, presentReport } from './present.ts';
import { ALL, findFigures, findFigureTickets, findGroupNames, noFigures, type ReportPart } from './report.queries.ts';

const REFUSALS = {
  timeZone: { en: 'This time zone is not known.', 'zh-CN': '无法识别该时区。' },
  inverted: { en: 'The period ends before it begins.', 'zh-CN': '结束日期早于开始日期。' },
  future: { en: 'The period lies in the future.', 'zh-CN': '该时段尚未到来。' },
  tooLong: { en: 'A period of at most three years, please.', 'zh-CN': '时段最长为三年。' },
} satisfies Record<string, LocalisedText>;

/** The team's figures of a period, over time, and of the period before. @throws AppError `invalid_input` naming the field */
export async function makeReport(db: DbOrTrx, asked: ReportScope, locale: Locale, now: Date): Promise<Report> {
  const scope = checked(asked, locale, now);
  const unit = unitFor(scope);
  const periods = bucketsOf(scope, unit);
  const starts = periods.map((period) => new Date(spanOf(period, scope.timeZone).from));
  const before = periodBefore(scope);
  const [figures, byBucket, ofBefore] = [
    await findFigures(db, partOf(scope, scope), 'all'),
    await findFigures(db, partOf(scope, scope), { starts }),
    await findFigures(db, partOf(scope, before), 'all'),
  ];
  return presentReport(scope, {
    unit,
    figures: figures.get(ALL) ?? noFigures(),
    before: { ...before, figures: ofBefore.get(ALL) ?? noFigures() },
    buckets: periods.map((period, index) => ({ ...period, figures: byBucket.get(String(index)) ?? noFigures() })),
    madeAt: now,
  });
}

/** The same of a period by customer, priority, engineer or topic. @throws AppError `invalid_input` naming the field */
export async function makeGroups(
  db: DbOrTrx,
  asked: ReportScope,
  by: ReportDimension,
  locale: Locale,
  now: Date,
): Promise<ReportGroup[]> {
  const scope = checked(asked, locale, now);
  const figures = await findFigures(db, partOf(scope, scope), by);
  return presentGroups(by, figures, await findGroupNames(db, by, [...figures.keys()]));
}

/** The tickets behind a figure. @throws AppError `invalid_input` naming the field */
export async function findBehind(
  db: DbOrTrx,
  asked: ReportScope,
  figure: ReportFigure,
  page: { offset: number; limit: number },
  locale: Locale,
  now: Date,
): Promise<{ tickets: ReportTicket[]; total: number }> {
  const scope = checked(asked, locale, now);
  return findFigureTickets(db, partOf(scope, scope), figure, page);
}

/** The scope, cut at today: what has not happened yet is no zero. */
function checked(scope: ReportScope, locale: Locale, now: Date): ReportScope {
  const refuse = (field: string, reason: LocalisedText) =>
    new AppError('invalid_input', { field }, [{ field, message: reason[locale] }]);
  if (!isTimeZone(scope.timeZone)) throw refuse('timeZone', REFUSALS.timeZone);
  if (scope.to < scope.from) throw refuse('to', REFUSALS.inverted);
  if (daysOf(scope) > PERIOD_DAYS_MAX) throw refuse('to', REFUSALS.tooLong);
  const today = localDate(scope.timeZone, now.toISOString());
  if (scope.from > today) throw refuse('from', REFUSALS.future);
  return scope.to > today ? { ...scope, to: today } : scope;
}

function partOf({ timeZone, organisation, priority, engineer, topic }: ReportScope, period: Period): ReportPart {
  const { from, to } = spanOf(period, timeZone);
  return { from: new Date(from), to: new Date(to), organisation, priority, engineer, topic };
}
