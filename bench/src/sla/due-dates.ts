import { type Calendar, calendarWith, chinaHolidays, dueAt } from '@alongside/sla';
import { percentile, printTable } from '../figures.ts';
import { type DueAt, minuteByMinute, windowByWindow } from './by-hand.ts';
import { cpuMs, perCpuSecond } from './cpu-time.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const EVERY_DAY = [...WEEKDAYS, 'sat', 'sun'] as const;

const office = (tz: string): Calendar => ({
  tz,
  week: Object.fromEntries(WEEKDAYS.map((day) => [day, ['09:00-12:00', '13:30-18:00']])),
});
const long = (tz: string): Calendar => ({
  tz,
  week: Object.fromEntries(EVERY_DAY.map((day) => [day, ['09:00-21:00']])),
});

/** The hours of the presets, in zones with and without a change of the clocks, and with holidays. */
export const CALENDARS: (Calendar | null)[] = [
  calendarWith(office('Asia/Shanghai'), chinaHolidays(2026)!.days),
  long('Asia/Shanghai'),
  office('America/New_York'),
  long('Europe/London'),
  null,
];

const ours: DueAt = (calendar, startMs, budgetMs) =>
  Date.parse(dueAt(calendar, new Date(startMs).toISOString(), budgetMs));
const WAYS: [string, DueAt][] = [
  ['packages/sla', ours],
  ['by hand, window by window', windowByWindow],
  ['by hand, minute by minute', minuteByMinute],
];

const COMPARED = 500;

/** What the desk asks: budgets of half an hour to five days, begun all over a year. */
const QUESTIONS = Array.from({ length: 3_000 }, (_, n) => ({
  calendar: CALENDARS[n % CALENDARS.length]!,
  startMs: Date.UTC(2026, 0, 1) + (n % 1_000) * 8 * HOUR_MS,
  budgetMs: [0.5, 1, 4, 8, 24, 120][n % 6]! * HOUR_MS,
}));

function ask(way: DueAt, n: number): number {
  const { calendar, startMs, budgetMs } = QUESTIONS[n % QUESTIONS.length]!;
  return way(calendar, startMs, budgetMs);
}

/** `dueAt` as the desk asks it, beside what one writes by hand; then its two long ways. */
export function benchDueDates(seconds: number): void {
  const rows = WAYS.map(([what, way]) => ({
    what,
    perSecond: perCpuSecond((n) => ask(way, n), seconds),
    same: sameAsOurs(way),
  }));
  // Zones no other part has touched: their changes of the clocks have to be found first.
  const spans = [
    longWay('2,000 business hours', ['America/Chicago', 'Europe/Rome', 'Australia/Sydney'].map(office), 2_000),
    longWay('ten closed years', ['Europe/Paris', 'America/Denver', 'Pacific/Auckland'].map(closedYears), 1),
  ];
  console.log(JSON.stringify({ case: 'sla due dates', rows, spans }));
  printTable(
    'Due dates, budgets of half an hour to five days',
    ['', 'per second of a core', 'same answer'],
    rows.map(({ what, perSecond, same }) => [what, perSecond.toFixed(0), `${same} of ${COMPARED}`]),
  );
  printTable(
    'One due date across …, ms of a core',
    ['', 'first in its zone p50', 'worst', 'again, mean'],
    spans.map(({ what, firstMs, worstFirstMs, againMs }) => [
      what,
      firstMs.toFixed(2),
      worstFirstMs.toFixed(2),
      againMs.toFixed(3),
    ]),
  );
}

function sameAsOurs(way: DueAt): number {
  return Array.from({ length: COMPARED }, (_, n) => ask(way, n) === ask(ours, n)).filter(Boolean).length;
}

function longWay(what: string, calendars: Calendar[], budgetHours: number) {
  const tookMs = (n: number) => {
    const began = cpuMs();
    dueAt(calendars[n % calendars.length]!, '2026-01-01T00:00:00Z', budgetHours * HOUR_MS);
    return cpuMs() - began;
  };
  const firstMs = calendars.map((_, n) => tookMs(n));
  const againMs = Array.from({ length: 600 }, (_, n) => tookMs(n)).reduce((sum, ms) => sum + ms, 0) / 600;
  return { what, firstMs: percentile(firstMs, 0.5), worstFirstMs: Math.max(...firstMs), againMs };
}

function closedYears(tz: string): Calendar {
  const holidays: string[] = [];
  for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2036, 0, 1); ms += DAY_MS)
    holidays.push(new Date(ms).toISOString().slice(0, 10));
  return { ...office(tz), holidays };
}
