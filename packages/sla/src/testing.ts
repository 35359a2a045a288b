import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { type Calendar, WEEKDAYS } from './calendar.ts';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;

/**
 * Whether a minute is business time, by reading the wall clock: slow, and with nothing in common with the code it
 * judges.
 */
export function oracleIsOpen(calendar: Calendar, ms: number): boolean {
  const wall = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(calendar.tz).toPlainDateTime();
  const minute = wall.hour * 60 + wall.minute;
  const date = wall.toPlainDate();
  const windowsOf = (day: Temporal.PlainDate, isTail: boolean): string[] => {
    const key = day.toString();
    if (calendar.overrides?.[key]) return calendar.overrides[key];
    if (!isTail && calendar.holidays?.includes(key)) return [];
    return calendar.week[WEEKDAYS[day.dayOfWeek - 1]!] ?? [];
  };
  const parse = (text: string) => text.split(/[-:]/).map(Number) as [number, number, number, number];
  const inHead = windowsOf(date, false).some((text) => {
    const [h1, m1, h2, m2] = parse(text);
    const close = h2 * 60 + m2;
    return minute >= h1 * 60 + m1 && (close < h1 * 60 + m1 || minute < close);
  });
  const closedHoliday = calendar.holidays?.includes(date.toString()) && !calendar.overrides?.[date.toString()];
  const inTail =
    !closedHoliday &&
    windowsOf(date.subtract({ days: 1 }), true).some((text) => {
      const [h1, m1, h2, m2] = parse(text);
      return h2 * 60 + m2 < h1 * 60 + m1 && minute < h2 * 60 + m2;
    });
  return inHead || inTail;
}

/** Each zone with a moment around which its clock does something, or where nothing ever happens. */
export const ZONES: [string, string][] = [
  ['UTC', '2026-01-01T00:00:00Z'],
  ['Asia/Shanghai', '2026-10-01T00:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Europe/London', '2026-03-29T01:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Asia/Beirut', '2025-03-29T22:00:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['Africa/Casablanca', '2026-02-15T02:00:00Z'],
  ['Asia/Kathmandu', '2026-05-01T00:00:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00:00Z'],
  ['Antarctica/Troll', '2026-03-29T01:00:00Z'],
  ['Pacific/Kwajalein', '1993-08-21T12:00:00Z'],
];

const arbitraryMinute = fc.integer({ min: 0, max: 24 * 60 - 1 });
const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
/** Windows of one date, none included. */
export const arbitraryWindows = fc.oneof(
  fc.constant<string[]>([]),
  fc
    .tuple(arbitraryMinute, arbitraryMinute)
    .filter(([open, close]) => open !== close)
    .map(([open, close]) => [`${clock(open)}-${clock(close)}`]),
  fc.constant<string[]>(['00:00-24:00']),
  fc.constant<string[]>(['09:00-12:00', '13:30-18:00']),
);
/** A calendar that opens weekly, an instant near a change of its clocks, and a length. */
export const arbitraryCaseIn = (tz: string, around: string) =>
  fc
    .record({
      week: fc.tuple(...WEEKDAYS.map(() => arbitraryWindows)),
      holidayOffsets: fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 2 }),
      overrideOffsets: fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), arbitraryWindows), { maxLength: 2 }),
      startMinutes: fc.integer({ min: -2_000, max: 2_000 }),
      lengthMinutes: fc.integer({ min: 0, max: 3_000 }),
    })
    .map(({ week, holidayOffsets, overrideOffsets, startMinutes, lengthMinutes }) => {
      const aroundMs = Date.parse(around);
      const date = (offset: number) => new Date(aroundMs + offset * 24 * HOUR).toISOString().slice(0, 10);
      const calendar: Calendar = {
        tz,
        week: Object.fromEntries(WEEKDAYS.map((day, index) => [day, week[index]!])),
        holidays: holidayOffsets.map(date),
        overrides: Object.fromEntries(overrideOffsets.map(([offset, windows]) => [date(offset), windows])),
      };
      return { calendar, startMs: aroundMs + startMinutes * MINUTE, lengthMinutes };
    })
    .filter(({ calendar }) => Object.values(calendar.week).some((windows) => windows.length > 0));
/** The same, in any of the zones. */
export const arbitraryCase = fc.constantFrom(...ZONES).chain(([tz, around]) => arbitraryCaseIn(tz, around));
