import {
  type FieldIssue,
  HOLIDAY_FEED_MAX_BYTES,
  type HolidayList,
  type Locale,
  type LocalisedText,
} from '@alongside/contracts';
import { type HolidayFeed, readHolidays, SlaInputError, type SlaIssue } from '@alongside/sla';
import { invalidFields } from './wording.ts';

/** More dates than anybody's holidays of some years; keeps a calendar small enough to be read at every turn. */
const DAYS_MAX = 1_000;
const YEARS_AHEAD = 3;

/** What packages/sla says of a line, by how it begins; the rest is “cannot be read”. */
const LINE_PROBLEMS: readonly [string, LocalisedText][] = [
  ['is cancelled', { en: 'is cancelled', 'zh-CN': '已取消' }],
  ['is not all-day', { en: 'is not a whole day', 'zh-CN': '不是全天事件' }],
  ['begins before 1583', { en: 'begins before 1583', 'zh-CN': '开始于 1583 年之前' }],
  ['is an observance', { en: 'is only observed, no day off', 'zh-CN': '仅为纪念日，不放假' }],
  ['is not marked', { en: 'is not marked as a day off, as others are', 'zh-CN': '未像其他日期那样标为休息日' }],
  ['repeats', { en: 'repeats too often', 'zh-CN': '重复次数过多' }],
  ['makes it more than', { en: 'makes it too many dates', 'zh-CN': '使日期总数过多' }],
  ['is event', { en: 'is one event too many', 'zh-CN': '使事件总数过多' }],
];
const UNREADABLE: LocalisedText = { en: 'cannot be read', 'zh-CN': '无法识别' };
const NOT_ICALENDAR: LocalisedText = {
  en: 'This is no iCalendar text (.ics).',
  'zh-CN': '这不是 iCalendar（.ics）内容。',
};
const TOO_LARGE: LocalisedText = { en: 'This is larger than 5 MB.', 'zh-CN': '内容超过 5 MB。' };

/**
 * What an iCalendar text says of holidays, from last year to three years ahead.
 * @throws SlaInputError
 */
export function readHolidayText(ics: string, now: Date): HolidayFeed {
  const year = now.getUTCFullYear();
  return readHolidays(ics, {
    from: `${year - 1}-01-01`,
    to: `${year + YEARS_AHEAD}-12-31`,
    maxBytes: HOLIDAY_FEED_MAX_BYTES,
    maxDays: DAYS_MAX,
  });
}

/**
 * The same for a person: what was left out is worded.
 * @throws AppError `invalid_input` naming the place, as `ics.lines.12`
 */
export function readHolidayList(ics: string, locale: Locale, now: Date): HolidayList {
  try {
    const { name, days, issues } = readHolidayText(ics, now);
    return { name, days, issues: wordLines(issues, locale) };
  } catch (error) {
    if (error instanceof SlaInputError) throw invalidFields(wordLines(error.issues, locale));
    throw error;
  }
}

function wordLines(issues: readonly SlaIssue[], locale: Locale): FieldIssue[] {
  return issues.map(({ field, problem }) => {
    const line = /^lines\.(\d+)$/.exec(field)?.[1];
    if (line === undefined)
      return { field: 'ics', message: (problem.startsWith('is larger') ? TOO_LARGE : NOT_ICALENDAR)[locale] };
    const words = (LINE_PROBLEMS.find(([begin]) => problem.startsWith(begin))?.[1] ?? UNREADABLE)[locale];
    return { field: `ics.${field}`, message: locale === 'en' ? `Line ${line} ${words}.` : `第 ${line} 行${words}。` };
  });
}
