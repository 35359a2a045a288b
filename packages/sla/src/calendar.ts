import { SlaInputError, type SlaIssue } from './input.ts';
import { isTimeZone } from './time-zone.ts';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/**
 * When a team works, in one time zone.
 * A window is "HH:MM-HH:MM", half-open: "09:00-12:00"; "24:00" may close; one that ends before it begins is overnight.
 */
export type Calendar = {
  /** IANA name. */
  tz: string;
  week: Partial<Record<Weekday, string[]>>;
  /** Local dates, "2026-05-14", on which the week's windows do not open. */
  holidays?: string[];
  /** Local date → windows of that date: make-up workdays, short days. Beats holiday and week. */
  overrides?: Record<string, string[]>;
};

export const DAY_MS = 86_400_000;

/** A window within a local date, ms after its midnight; an overnight one ends past DAY_MS. */
type DayWindow = { openMs: number; closeMs: number };

/** A calendar made ready for arithmetic. Local dates are counted in days since 1970-01-01. */
export type CompiledCalendar = {
  tz: string;
  /** Whether any weekday opens: then a search for the next opening always ends (R8). */
  opensWeekly: boolean;
  /** After this local date no holiday and no override lies. */
  lastSpecialDay: number;
  /** What is open on a local date, sorted and without overlaps, cut to the date itself (R1). */
  windowsOn(day: number): readonly DayWindow[];
};

/** The problems that keep a calendar from being saved; empty when it is sound. */
export function calendarIssues(calendar: Calendar): SlaIssue[] {
  const issues = shapeIssues(calendar);
  if (issues.length > 0) return issues;
  if (!isTimeZone(calendar.tz)) issues.push({ field: 'tz', problem: 'is not an IANA time zone' });
  for (const [name, windows] of Object.entries(calendar.week)) {
    if (!WEEKDAYS.includes(name as Weekday))
      issues.push({ field: `week.${name}`, problem: 'is not a day of the week' });
    else issues.push(...windowIssues(windows ?? [], `week.${name}`));
  }
  calendar.holidays?.forEach((date, index) => {
    if (readDate(date) === null)
      issues.push({ field: `holidays.${index}`, problem: 'is not a date such as 2026-05-14' });
  });
  for (const [date, windows] of Object.entries(calendar.overrides ?? {})) {
    if (readDate(date) === null)
      issues.push({ field: `overrides.${date}`, problem: 'is not a date such as 2026-05-14' });
    issues.push(...windowIssues(windows, `overrides.${date}`));
  }
  const everOpens = [...Object.values(calendar.week), ...Object.values(calendar.overrides ?? {})].some(
    (windows) => (windows?.length ?? 0) > 0,
  );
  if (!everOpens) issues.push({ field: 'week', problem: 'never opens' });
  return issues;
}

const compiledCalendars = new WeakMap<Calendar, CompiledCalendar>();

/**
 * Makes a calendar ready for arithmetic, once for each object: a calendar must not be changed in place.
 * @throws SlaInputError naming every problem; a calendar that never opens is refused here too (R8)
 */
export function compileCalendar(calendar: Calendar): CompiledCalendar {
  const known = compiledCalendars.get(calendar);
  if (known) return known;
  const compiled = compile(calendar);
  compiledCalendars.set(calendar, compiled);
  return compiled;
}

function compile(calendar: Calendar): CompiledCalendar {
  const issues = calendarIssues(calendar);
  if (issues.length > 0) throw new SlaInputError(issues);
  const week = WEEKDAYS.map((name) => (calendar.week[name] ?? []).map((text) => readWindow(text)!));
  const holidays = new Set((calendar.holidays ?? []).map((date) => readDate(date)!));
  const overrides = new Map(
    Object.entries(calendar.overrides ?? {}).map(([date, windows]) => [
      readDate(date)!,
      windows.map((text) => readWindow(text)!),
    ]),
  );
  const ordinary = new Map<number, DayWindow[]>();

  const beginningOn = (day: number) => overrides.get(day) ?? (holidays.has(day) ? [] : week[weekdayOf(day)]!);
  const isSpecial = (day: number) => holidays.has(day) || overrides.has(day);
  const windowsOn = (day: number): DayWindow[] => {
    // The tail of last night's window is this date's (R1): closed when this date is a holiday without an override,
    // open when only the date it began on is a holiday; an override of that date replaces the window it began with.
    const isClosedHoliday = holidays.has(day) && !overrides.has(day);
    const lastNight = isClosedHoliday ? [] : (overrides.get(day - 1) ?? week[weekdayOf(day - 1)]!);
    const tails = lastNight
      .filter(({ closeMs }) => closeMs > DAY_MS)
      .map(({ closeMs }) => ({ openMs: 0, closeMs: closeMs - DAY_MS }));
    const heads = beginningOn(day).map(({ openMs, closeMs }) => ({ openMs, closeMs: Math.min(closeMs, DAY_MS) }));
    return merged([...tails, ...heads]);
  };
  return {
    tz: calendar.tz,
    opensWeekly: week.some((windows) => windows.length > 0),
    lastSpecialDay: Math.max(Number.NEGATIVE_INFINITY, ...holidays, ...overrides.keys()),
    windowsOn(day) {
      if (isSpecial(day) || isSpecial(day - 1)) return windowsOn(day);
      const weekday = weekdayOf(day);
      const windows = ordinary.get(weekday) ?? windowsOn(day);
      ordinary.set(weekday, windows);
      return windows;
    },
  };
}

/** The weekday of a local date, 0 = Monday; 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** Reads a local date as days since 1970-01-01; null for what is none. */
export function readDate(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text ? null : ms / DAY_MS;
}

function readWindow(text: string): DayWindow | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/.exec(text);
  if (!match) return null;
  const openMs = (Number(match[1]) * 60 + Number(match[2])) * 60_000;
  const closeMs = match[3] === undefined ? DAY_MS : (Number(match[3]) * 60 + Number(match[4])) * 60_000;
  if (openMs === closeMs) return null;
  return { openMs, closeMs: closeMs < openMs ? closeMs + DAY_MS : closeMs };
}

// What a program without types may hand over.
function shapeIssues({ tz, week, holidays = [], overrides = {} }: Calendar): SlaIssue[] {
  const issues: SlaIssue[] = [];
  const isTable = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (typeof tz !== 'string') issues.push({ field: 'tz', problem: 'is not an IANA time zone' });
  if (!Array.isArray(holidays)) issues.push({ field: 'holidays', problem: 'is not a list of dates' });
  for (const [field, table] of Object.entries({ week, overrides })) {
    if (!isTable(table)) issues.push({ field, problem: 'is not a table of windows' });
    else
      for (const [key, windows] of Object.entries(table))
        if (windows !== undefined && !Array.isArray(windows))
          issues.push({ field: `${field}.${key}`, problem: 'is not a list of windows' });
  }
  return issues;
}

function windowIssues(windows: readonly string[], field: string): SlaIssue[] {
  const issues: SlaIssue[] = [];
  const read = windows.map((text, index) => {
    const window = readWindow(text);
    if (!window) issues.push({ field: `${field}.${index}`, problem: 'is not a window such as 09:00-18:00' });
    return window;
  });
  const sorted = read.filter((window) => window !== null).sort((a, b) => a.openMs - b.openMs);
  for (let index = 1; index < sorted.length; index += 1) {
    if (sorted[index]!.openMs < sorted[index - 1]!.closeMs) {
      issues.push({ field, problem: 'has windows that overlap' });
      break;
    }
  }
  return issues;
}

function merged(windows: DayWindow[]): DayWindow[] {
  const sorted = windows.filter(({ openMs, closeMs }) => closeMs > openMs).sort((a, b) => a.openMs - b.openMs);
  const result: DayWindow[] = [];
  for (const window of sorted) {
    const last = result.at(-1);
    if (last && window.openMs <= last.closeMs) last.closeMs = Math.max(last.closeMs, window.closeMs);
    else result.push({ ...window });
  }
  return result;
}
