import ICAL from 'ical.js';
import { DAY_MS, readDate } from '../calendar.ts';
import { SlaInputError, type SlaIssue } from '../input.ts';
import { type EventLines, lineField, takeApart } from './feed-lines.ts';
import type { HolidayDay, HolidayFeed, HolidayFeedOptions } from './holiday.ts';
import { occurrences, readRecurrence, type WorkBudget } from './recurrence.ts';

const DEFAULTS = { maxBytes: 2 * 2 ** 20, maxEvents: 10_000, maxDays: 5_000 };
/** The first year the calendar we count in was used from end to end. */
const FIRST_DAY = readDate('1583-01-01')!;
const RANGE_DAYS_MAX = 20 * 366;
const NAME_LENGTH_MAX = 200;
const ISSUES_MAX = 100;
/** Days looked at while rules are expanded, in the whole feed: some seconds' worth at worst, years of daily rules. */
const WORK_MAX = 1_000_000;

/** A property as the parser gives it: name, parameters, type, values (jCal, RFC 7265). */
type Property = [name: string, parameters: Record<string, unknown>, type: string, ...values: unknown[]];
type Event = {
  line: number;
  uid: string | null;
  name: string;
  kind: HolidayDay['kind'];
  isMarked: boolean;
  startDay: number;
  lengthDays: number;
  /** Of a series this is the changed occurrence of that day. */
  replacesDay: number | null;
  rules: Record<string, unknown>[];
  addedDays: number[];
  leftOutDays: number[];
};
type Range = { fromDay: number; toDay: number };

/**
 * Reads a holiday feed (iCalendar, RFC 5545): what its all-day events say about a range of dates (R30 to R33).
 * @param icsText the feed as it came
 * @returns the days, and what was left out
 * @throws SlaInputError naming the place: `lines.12` for a line of the feed, `icsText`, or an option; for what is no
 *   calendar, too large, repeats too often, and for a feed of which no event at all can be read
 */
export function readHolidays(icsText: string, options: HolidayFeedOptions): HolidayFeed {
  const { maxBytes, maxEvents, maxDays } = { ...DEFAULTS, ...options };
  const range = readRange(options);
  if (icsText.length > maxBytes || new TextEncoder().encode(icsText).length > maxBytes)
    throw new SlaInputError([{ field: 'icsText', problem: `is larger than ${maxBytes} bytes` }]);
  const feed = takeApart(icsText, maxEvents);
  const issues: SlaIssue[] = [];
  const events = feed.events.flatMap((lines) => readEvent(lines, issues) ?? []);
  if (events.length === 0 && issues.some(({ problem }) => problem.startsWith('cannot be read')))
    throw new SlaInputError(issues.slice(0, ISSUES_MAX));
  return {
    name: readFeedName(feed.head),
    days: daysOf(publicDays(events, issues), range, maxDays, issues),
    issues: issues.slice(0, ISSUES_MAX),
  };
}

function readRange({ from, to }: HolidayFeedOptions): Range {
  const [fromDay, toDay] = [readDate(from), readDate(to)];
  const issues: SlaIssue[] = [];
  if (fromDay === null) issues.push({ field: 'from', problem: 'is not a date such as 2026-05-14' });
  if (toDay === null) issues.push({ field: 'to', problem: 'is not a date such as 2026-05-14' });
  if (fromDay !== null && toDay !== null && toDay < fromDay) issues.push({ field: 'to', problem: 'lies before from' });
  if (fromDay !== null && toDay !== null && toDay - fromDay > RANGE_DAYS_MAX)
    issues.push({ field: 'to', problem: 'is more than 20 years after from' });
  if (issues.length > 0) throw new SlaInputError(issues);
  return { fromDay: fromDay!, toDay: toDay! };
}

function readFeedName(head: string): string | null {
  try {
    const [, properties] = ICAL.parse(`BEGIN:VCALENDAR\r\n${head}\r\nEND:VCALENDAR`) as [string, Property[]];
    // The parser does not know this property, so it leaves its escapes alone.
    const text = textOf(properties, 'x-wr-calname')?.replace(/\\([\\;,])/g, '$1');
    return text ? text.slice(0, NAME_LENGTH_MAX) : null;
  } catch {
    return null;
  }
}

// One event; null and an issue for what is no day off.
function readEvent({ text, line }: EventLines, issues: SlaIssue[]): Event | null {
  const leftOut = (problem: string) => {
    issues.push({ field: lineField(line), problem });
    return null;
  };
  let properties: Property[];
  try {
    [, properties] = ICAL.parse(text) as [string, Property[]];
  } catch (error) {
    return leftOut(`cannot be read: ${(error as Error).message.slice(0, NAME_LENGTH_MAX)}`);
  }
  if (textOf(properties, 'status')?.toUpperCase() === 'CANCELLED') return leftOut('is cancelled');
  const start = properties.find(([name]) => name === 'dtstart');
  if (!start) return leftOut('cannot be read: it has no DTSTART');
  const startDay = wholeDayOf(start);
  if (startDay === null) return leftOut('is not all-day');
  if (startDay < FIRST_DAY) return leftOut('begins before 1583');
  const lengthDays = lengthOf(properties, startDay);
  if (lengthDays === null) return leftOut('is not all-day');
  // Google's feeds mix what is merely observed among the days off, and say so here.
  if (/^Observance\b/.test(textOf(properties, 'description') ?? '')) return leftOut('is an observance, no day off');
  const name = (textOf(properties, 'summary') ?? '').trim().slice(0, NAME_LENGTH_MAX);
  const mark = textOf(properties, 'x-apple-special-day')?.toUpperCase();
  return {
    line,
    uid: textOf(properties, 'uid'),
    name,
    kind: mark === 'ALTERNATE-WORKDAY' || (mark === undefined && isNamedWorkday(name)) ? 'workday' : 'holiday',
    isMarked: mark !== undefined,
    startDay,
    lengthDays,
    replacesDay: datesOf(properties, 'recurrence-id')[0] ?? null,
    rules: properties.filter(([each]) => each === 'rrule').map(([, , , rule]) => rule as Record<string, unknown>),
    addedDays: datesOf(properties, 'rdate'),
    leftOutDays: datesOf(properties, 'exdate'),
  };
}

// "上班(补春节假期)", "春节补班", "春节（班）", "Spring Festival working day".
function isNamedWorkday(name: string): boolean {
  return (
    /^(补班|上班)|(补班|上班)日?$/.test(name) ||
    /[（(【[]\s*(班|补班|上班)\s*[）)】\]]/.test(name) ||
    /\bworking day\b/i.test(name)
  );
}

// Where a feed marks its days off, the unmarked ones are festivals one works on.
function publicDays(events: Event[], issues: SlaIssue[]): Event[] {
  if (!events.some(({ isMarked }) => isMarked)) return events;
  return events.filter(({ isMarked, line }) => {
    if (!isMarked) issues.push({ field: lineField(line), problem: 'is not marked as a day off, as others are' });
    return isMarked;
  });
}

function daysOf(events: Event[], range: Range, maxDays: number, issues: SlaIssue[]): HolidayDay[] {
  const replaced = Map.groupBy(
    events.filter(({ replacesDay }) => replacesDay !== null),
    ({ uid }) => uid,
  );
  let workLeft = WORK_MAX;
  const budget: WorkBudget = {
    spend(amount) {
      workLeft -= amount;
      return workLeft >= 0;
    },
  };
  const days = new Map<string, HolidayDay>();
  for (const event of events) {
    for (const startDay of startsOf(event, replaced.get(event.uid) ?? [], range, budget, issues)) {
      const lastDay = Math.min(startDay + event.lengthDays - 1, range.toDay);
      for (let day = Math.max(startDay, range.fromDay); day <= lastDay; day += 1) {
        const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
        const key = `${date} ${event.kind}`;
        if (!budget.spend(1)) refuseTooMuch(event);
        if (!days.has(key)) days.set(key, { date, name: event.name, kind: event.kind });
        if (days.size > maxDays)
          throw new SlaInputError([
            { field: lineField(event.line), problem: `makes it more than ${maxDays} days: more are not read` },
          ]);
      }
    }
  }
  return [...days.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, day]) => day);
}

// The days an event begins on, as far as they can touch the range.
function startsOf(event: Event, replaced: Event[], range: Range, budget: WorkBudget, issues: SlaIssue[]): number[] {
  const { startDay, lengthDays, replacesDay, addedDays, leftOutDays } = event;
  if (replacesDay !== null) return [startDay];
  const wanted = { fromDay: range.fromDay - lengthDays + 1, toDay: range.toDay };
  const starts = new Set<number>(event.rules.length === 0 ? [startDay] : []);
  for (const value of event.rules) {
    const rule = readRecurrence(value);
    if (typeof rule === 'string') {
      issues.push({ field: lineField(event.line), problem: rule });
      continue;
    }
    for (const day of occurrences(rule, startDay, wanted, budget) ?? refuseTooMuch(event)) starts.add(day);
  }
  if (!budget.spend(addedDays.length + leftOutDays.length + replaced.length)) refuseTooMuch(event);
  for (const day of addedDays) starts.add(day);
  for (const day of leftOutDays) starts.delete(day);
  for (const { replacesDay: day } of replaced) starts.delete(day!);
  return [...starts].filter((day) => day >= wanted.fromDay && day <= wanted.toDay);
}

function refuseTooMuch({ line }: Event): never {
  throw new SlaInputError([{ field: lineField(line), problem: 'repeats too often' }]);
}

/** Dates, and wall times at midnight, which some feeds write for whole days. */
function wholeDayOf([, , type, value]: Property): number | null {
  if (type === 'date') return readDate(String(value));
  return type === 'date-time' && String(value).endsWith('T00:00:00') ? readDate(String(value).slice(0, 10)) : null;
}

function lengthOf(properties: Property[], startDay: number): number | null {
  const end = properties.find(([name]) => name === 'dtend');
  if (end) {
    const endDay = wholeDayOf(end);
    // The end is the day after; feeds that repeat the start there mean one day.
    return endDay === null ? null : Math.max(1, endDay - startDay);
  }
  const duration = textOf(properties, 'duration');
  if (duration === null) return properties.some(([name, , type]) => name === 'dtstart' && type === 'date') ? 1 : null;
  const match = /^\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T0[HMS])?$/.exec(duration);
  const days = match ? Number(match[1] ?? 0) * 7 + Number(match[2] ?? 0) : 0;
  return days > 0 ? days : null;
}

function datesOf(properties: Property[], wanted: string): number[] {
  return properties
    .filter(([name]) => name === wanted)
    .flatMap(([, , , ...values]) => values)
    .flatMap((value) => readDate(String(value).slice(0, 10)) ?? []);
}

function textOf(properties: Property[], wanted: string): string | null {
  const value = properties.find(([name]) => name === wanted)?.[3];
  return value === undefined ? null : String(value);
}
