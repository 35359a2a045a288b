import { DAY_MS, readDate, weekdayOf } from '../calendar.ts';

/** A weekday of a rule: 0 = Monday; nth 0 = every one, 2 = the second, -1 = the last of its month or year. */
type RuleDay = { nth: number; weekday: number };

/**
 * A rule by which an all-day event repeats (RFC 5545, 3.3.10), as far as holidays need it. Dates are counted in days
 * since 1970-01-01.
 */
export type Recurrence = {
  freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  interval: number;
  /** How many occurrences there are in all; null = no such limit. */
  count: number | null;
  /** The last day; null = for ever. */
  untilDay: number | null;
  /** 1 to 12; empty = the rule does not say, here and below. */
  months: number[];
  /** 1 to 31, or -1 = the last. */
  monthDays: number[];
  weekdays: RuleDay[];
  /** Which of a period's days, 1 = the first, -1 = the last. */
  positions: number[];
  /** 0 = Monday. */
  weekStart: number;
};

/** What is left of the work a feed may make; spend() says whether there was enough. */
export type WorkBudget = { spend(amount: number): boolean };

const ICAL_DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const PARTS = ['freq', 'interval', 'count', 'until', 'bymonth', 'bymonthday', 'byday', 'bysetpos', 'wkst'];
const FREQUENCIES: readonly string[] = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const INTERVAL_MAX = 10_000;

/**
 * Reads a rule as the parser gives it (jCal, RFC 7265: single values are not in a list).
 * @returns a text that says what cannot be read, if something cannot
 */
export function readRecurrence(value: Record<string, unknown>): Recurrence | string {
  const unknown = Object.keys(value).find((part) => !PARTS.includes(part));
  if (unknown) return `repeats by ${unknown.toUpperCase()}, which is not supported for holidays`;
  const freq = String(value.freq);
  if (!FREQUENCIES.includes(freq)) return `repeats ${freq}, which is not supported for holidays`;
  const interval = Number(value.interval ?? 1);
  if (!Number.isInteger(interval) || interval < 1 || interval > INTERVAL_MAX) return 'has an interval that is none';
  const count = value.count === undefined ? null : Number(value.count);
  if (count !== null && (!Number.isInteger(count) || count < 1)) return 'has a count that is none';
  const until = value.until === undefined ? null : readDate(String(value.until).slice(0, 10));
  if (value.until !== undefined && until === null) return 'has a last day that is none';
  const weekdays = listOf(value.byday).map(readRuleDay);
  const isSound = weekdays.every((day) => day !== null && (day.nth === 0 || /^(MONTHLY|YEARLY)$/.test(freq)));
  if (!isSound) return 'has a weekday that is none';
  const [months, monthDays] = [numbersOf(value.bymonth), numbersOf(value.bymonthday)];
  const positions = numbersOf(value.bysetpos);
  if (!months || !monthDays || !positions) return 'has a number that is none';
  return {
    freq: freq as Recurrence['freq'],
    interval,
    count,
    untilDay: until,
    months,
    monthDays,
    weekdays: weekdays as RuleDay[],
    positions,
    weekStart: readWeekStart(value.wkst),
  };
}

// The parser counts 1 = Sunday.
function readWeekStart(value: unknown): number {
  if (typeof value === 'number') return (value + 5) % 7;
  return Math.max(0, ICAL_DAYS.indexOf(String(value ?? 'MO')));
}

/**
 * The days of a rule inside a range, in order.
 * @param startDay the first day the rule can give, which the rule's gaps follow from
 * @returns null when the budget was used up: then nothing is known
 */
export function occurrences(
  rule: Recurrence,
  startDay: number,
  range: { fromDay: number; toDay: number },
  budget: WorkBudget,
): number[] | null {
  const lastDay = Math.min(range.toDay, rule.untilDay ?? range.toDay);
  const result: number[] = [];
  let found = 0;
  // A rule that counts has to be told from its beginning, another only where it matters.
  let index = rule.count === null ? Math.max(0, periodsBefore(rule, startDay, range.fromDay) - 1) : 0;
  for (; periodStart(rule, startDay, index) <= lastDay; index += 1) {
    const days = daysOfPeriod(rule, startDay, index);
    if (!budget.spend(days.length + 1)) return null;
    for (const day of positioned(days, rule.positions)) {
      if (day < startDay) continue;
      if (day > lastDay || found === rule.count) return result;
      found += 1;
      if (day >= range.fromDay) result.push(day);
    }
    if (found === rule.count) return result;
  }
  return result;
}

function periodStart(rule: Recurrence, startDay: number, index: number): number {
  const { year, month } = dateOf(startDay);
  const step = index * rule.interval;
  if (rule.freq === 'YEARLY') return dayOf(year + step, 1, 1);
  if (rule.freq === 'MONTHLY') return dayOf(year, month + step, 1);
  return rule.freq === 'WEEKLY' ? weekOf(rule, startDay) + 7 * step : startDay + step;
}

function periodsBefore(rule: Recurrence, startDay: number, day: number): number {
  const days = { DAILY: 1, WEEKLY: 7, MONTHLY: 31, YEARLY: 366 }[rule.freq] * rule.interval;
  return Math.floor((day - startDay) / days);
}

function weekOf(rule: Recurrence, day: number): number {
  return day - ((weekdayOf(day) - rule.weekStart + 7) % 7);
}

function daysOfPeriod(rule: Recurrence, startDay: number, index: number): number[] {
  const from = periodStart(rule, startDay, index);
  const isInMonth = (day: number) => rule.months.length === 0 || rule.months.includes(dateOf(day).month);
  if (rule.freq === 'DAILY')
    return isInMonth(from) && isOnMonthDay(rule, from) && isOnWeekday(rule, from) ? [from] : [];
  if (rule.freq === 'WEEKLY') {
    const weekdays = rule.weekdays.length > 0 ? rule.weekdays : [{ nth: 0, weekday: weekdayOf(startDay) }];
    const week = [0, 1, 2, 3, 4, 5, 6].map((step) => from + step);
    return week.filter((day) => isInMonth(day) && weekdays.some(({ weekday }) => weekday === weekdayOf(day)));
  }
  const { year, month } = dateOf(from);
  if (rule.freq === 'MONTHLY') return isInMonth(from) ? daysOfMonth(rule, startDay, year, month) : [];
  // Without a month, a weekday's number counts within the year.
  if (rule.months.length === 0 && rule.weekdays.some(({ nth }) => nth !== 0) && rule.monthDays.length === 0)
    return weekdaysWithin(rule.weekdays, dayOf(year, 1, 1), dayOf(year + 1, 1, 1));
  const saysDay = rule.weekdays.length > 0 || rule.monthDays.length > 0;
  const every = saysDay ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] : [dateOf(startDay).month];
  const months = rule.months.length > 0 ? [...new Set(rule.months)].sort((a, b) => a - b) : every;
  return months.flatMap((each) => daysOfMonth(rule, startDay, year, each));
}

function daysOfMonth(rule: Recurrence, startDay: number, year: number, month: number): number[] {
  const [from, to] = [dayOf(year, month, 1), dayOf(year, month + 1, 1)];
  if (rule.monthDays.length === 0 && rule.weekdays.length > 0) return weekdaysWithin(rule.weekdays, from, to);
  const wanted = rule.monthDays.length > 0 ? rule.monthDays : [dateOf(startDay).date];
  const days = wanted.map((date) => (date > 0 ? from + date - 1 : to + date)).filter((day) => day >= from && day < to);
  return [...new Set(days)].sort((a, b) => a - b).filter((day) => isOnWeekday(rule, day));
}

function weekdaysWithin(weekdays: readonly RuleDay[], from: number, to: number): number[] {
  const days = new Set<number>();
  for (const { nth, weekday } of weekdays) {
    const first = from + ((weekday - weekdayOf(from) + 7) % 7);
    const last = to - 1 - ((weekdayOf(to - 1) - weekday + 7) % 7);
    if (nth === 0) for (let day = first; day < to; day += 7) days.add(day);
    else days.add(nth > 0 ? first + 7 * (nth - 1) : last + 7 * (nth + 1));
  }
  return [...days].filter((day) => day >= from && day < to).sort((a, b) => a - b);
}

function positioned(days: readonly number[], positions: readonly number[]): readonly number[] {
  if (positions.length === 0) return days;
  return days.filter((_, index) => positions.includes(index + 1) || positions.includes(index - days.length));
}

function isOnMonthDay(rule: Recurrence, day: number): boolean {
  if (rule.monthDays.length === 0) return true;
  const { year, month, date } = dateOf(day);
  return rule.monthDays.includes(date) || rule.monthDays.includes(day - dayOf(year, month + 1, 1));
}

// Next to BYMONTHDAY a weekday only limits.
function isOnWeekday(rule: Recurrence, day: number): boolean {
  return rule.weekdays.length === 0 || rule.weekdays.some(({ weekday }) => weekday === weekdayOf(day));
}

function dateOf(day: number): { year: number; month: number; date: number } {
  const at = new Date(day * DAY_MS);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, date: at.getUTCDate() };
}

function dayOf(year: number, month: number, date: number): number {
  return Date.UTC(year, month - 1, date) / DAY_MS;
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

const NUMBERS_MAX = 366;

function numbersOf(value: unknown): number[] | null {
  const numbers = listOf(value).map(Number);
  const isSound = numbers.every((each) => Number.isInteger(each) && each !== 0 && Math.abs(each) <= NUMBERS_MAX);
  return isSound && numbers.length <= NUMBERS_MAX ? numbers : null;
}

function readRuleDay(value: unknown): RuleDay | null {
  const match = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(String(value));
  return match ? { nth: Number(match[1] ?? 0), weekday: ICAL_DAYS.indexOf(match[2]!) } : null;
}
