import { LocalDate, Priority, ReportDimension, ReportFigure, type ReportScope } from '@alongside/contracts';
import { lastOfMonth, localDate, shiftedDate } from '@alongside/desk';

/** Periods one asks for by name; all end today but for the last month. */
export const RANGES = ['7d', '30d', '90d', 'month', 'lastMonth', '12m'] as const;
export type Range = (typeof RANGES)[number];

export const DIMENSIONS = ReportDimension.options;

/** What the address of a report says; what is absent is the usual. */
export type ReportSearch = {
  range?: Range;
  /** Both given = a period of one's own. */
  from?: string;
  to?: string;
  tz?: string;
  organisation?: string;
  priority?: Priority;
  engineer?: string;
  topic?: string;
  /** The figure that is looked at. */
  figure?: ReportFigure;
  /** What the figures are told apart by. */
  by?: ReportDimension;
};

/** Reads an address; what it cannot mean is left out. */
export function readReportSearch(search: Record<string, unknown>): ReportSearch {
  const text = (name: string) => (search[name] === undefined ? undefined : String(search[name]));
  const date = (name: string) => LocalDate.safeParse(text(name)).data;
  const range = RANGES.find((known) => known === search.range);
  const [from, to] = [date('from'), date('to')];
  return dropAbsent({
    range,
    ...(from !== undefined && to !== undefined ? { from, to } : {}),
    tz: text('tz'),
    organisation: text('organisation'),
    priority: Priority.safeParse(search.priority).data,
    engineer: text('engineer'),
    topic: text('topic'),
    figure: ReportFigure.safeParse(search.figure).data,
    by: ReportDimension.safeParse(search.by).data,
  });
}

/** The reader's own zone. */
export function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The local dates a range stands for today, both included. */
export function datesOf(range: Range, today: string): { from: string; to: string } {
  switch (range) {
    case '7d':
      return { from: shiftedDate(today, -6), to: today };
    case '30d':
      return { from: shiftedDate(today, -29), to: today };
    case '90d':
      return { from: shiftedDate(today, -89), to: today };
    case 'month':
      return { from: `${today.slice(0, 7)}-01`, to: today };
    case 'lastMonth': {
      const to = shiftedDate(`${today.slice(0, 7)}-01`, -1);
      return { from: `${to.slice(0, 7)}-01`, to };
    }
    case '12m': {
      const lastYear = `${Number(today.slice(0, 4)) - 1}${today.slice(4, 7)}-01`;
      return { from: shiftedDate(lastOfMonth(lastYear), 1), to: today };
    }
  }
}

/** What an address asks the server for. @param nowMs only the date of it counts */
export function scopeOf(search: ReportSearch, nowMs: number): ReportScope {
  const { range = '30d', tz, organisation, priority, engineer, topic } = search;
  const timeZone = tz ?? ownTimeZone();
  const today = localDate(isKnownZone(timeZone) ? timeZone : 'UTC', new Date(nowMs).toISOString());
  const { from, to } =
    search.from !== undefined && search.to !== undefined ? { from: search.from, to: search.to } : datesOf(range, today);
  return dropAbsent({ from, to, timeZone, organisation, priority, engineer, topic }) as ReportScope;
}

/** A zone that is not known is the server's to refuse, in words. */
function isKnownZone(timeZone: string): boolean {
  try {
    return Boolean(Intl.DateTimeFormat('en', { timeZone }));
  } catch {
    return false;
  }
}

function dropAbsent<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
