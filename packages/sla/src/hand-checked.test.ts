import { describe, expect, it } from 'vitest';
import { dueAt, elapsedMs, type Interval } from './business-time.ts';
import type { Calendar } from './calendar.ts';
import { HOUR, MINUTE } from './testing.ts';

/** What it shows, the hours, from when, how much, due when; worked out by hand. */
type Row = [
  shows: string,
  calendar: Calendar | null,
  start: string,
  budgetMs: number,
  due: string,
  pauses?: Interval[],
];

const check = (
  _: string,
  calendar: Calendar | null,
  start: string,
  budgetMs: number,
  due: string,
  pauses?: Interval[],
) => {
  expect(dueAt(calendar, start, budgetMs, pauses)).toBe(new Date(due).toISOString());
  if (budgetMs > 0) expect(elapsedMs(calendar, start, due, pauses)).toBe(budgetMs);
};

const OFFICE: Calendar = {
  tz: 'Asia/Shanghai',
  week: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, ['09:00-18:00']])),
};
// 2026-05-15 is a Friday.
const NIGHT: Calendar = { tz: 'Asia/Shanghai', week: { fri: ['22:00-06:00'], mon: ['09:00-18:00'] } };
const sundays = (tz: string, window: string): Calendar => ({ tz, week: { sun: [window] } });
const pause = (from: string, to: string): Interval => ({ from, to });

describe('R1 nights, holidays, overrides, by hand', () => {
  it.each<Row>([
    ['a night goes on over midnight', NIGHT, '2026-05-15T23:00+08:00', 3 * HOUR, '2026-05-16T02:00+08:00'],
    [
      'a holiday on the next date closes it at midnight',
      { ...NIGHT, holidays: ['2026-05-16'] },
      '2026-05-15T23:00+08:00',
      HOUR,
      '2026-05-16T00:00+08:00',
    ],
    [
      'so that what is left waits for the next opening',
      { ...NIGHT, holidays: ['2026-05-16'] },
      '2026-05-15T23:00+08:00',
      HOUR + 1,
      '2026-05-18T09:00:00.001+08:00',
    ],
    [
      'a holiday only on the date it began closes its head, not its tail',
      { ...NIGHT, holidays: ['2026-05-15'] },
      '2026-05-15T22:30+08:00',
      HOUR,
      '2026-05-16T01:00+08:00',
    ],
    [
      'holidays on both dates close it all',
      { ...NIGHT, holidays: ['2026-05-15', '2026-05-16'] },
      '2026-05-15T22:30+08:00',
      HOUR,
      '2026-05-18T10:00+08:00',
    ],
    [
      'a holiday with an override keeps the tail',
      { ...NIGHT, holidays: ['2026-05-16'], overrides: { '2026-05-16': ['10:00-12:00'] } },
      '2026-05-15T23:00+08:00',
      8 * HOUR,
      '2026-05-16T11:00+08:00',
    ],
    [
      'an override of the date it would have begun on takes head and tail',
      { ...NIGHT, overrides: { '2026-05-15': ['09:00-12:00'] } },
      '2026-05-15T11:00+08:00',
      2 * HOUR,
      '2026-05-18T10:00+08:00',
    ],
    [
      'an override may be a night itself',
      { ...NIGHT, overrides: { '2026-05-16': ['23:00-01:00'] } },
      '2026-05-16T22:00+08:00',
      2 * HOUR,
      '2026-05-17T01:00+08:00',
    ],
    [
      'whose tail is its own: the same weekday a week later has none',
      { ...NIGHT, overrides: { '2026-05-16': ['23:00-01:00'] } },
      '2026-05-16T22:00+08:00',
      20 * HOUR,
      '2026-05-25T10:00+08:00',
    ],
    [
      'the tail of the very last date on which anything opens',
      { tz: 'Asia/Shanghai', week: {}, overrides: { '2026-05-14': ['22:00-06:00'] } },
      '2026-05-14T20:00+08:00',
      8 * HOUR,
      '2026-05-15T06:00+08:00',
    ],
    [
      'where a tail overlaps the morning it counts once',
      { tz: 'Asia/Shanghai', week: { fri: ['22:00-06:00'], sat: ['05:00-08:00'] } },
      '2026-05-15T22:00+08:00',
      10 * HOUR,
      '2026-05-16T08:00+08:00',
    ],
    [
      '24:00 closes at midnight',
      { tz: 'Asia/Shanghai', week: { thu: ['20:00-24:00'] } },
      '2026-05-14T20:00+08:00',
      4 * HOUR,
      '2026-05-15T00:00+08:00',
    ],
    [
      '24:00 and 00:00 adjoin',
      { tz: 'Asia/Shanghai', week: { thu: ['20:00-24:00'], fri: ['00:00-02:00'] } },
      '2026-05-14T23:00+08:00',
      2 * HOUR,
      '2026-05-15T01:00+08:00',
    ],
    [
      'a make-up Saturday beats week and holiday',
      { ...OFFICE, holidays: ['2026-05-16'], overrides: { '2026-05-16': ['09:00-18:00'] } },
      '2026-05-15T17:00+08:00',
      2 * HOUR,
      '2026-05-16T10:00+08:00',
    ],
    [
      'a short day',
      { ...OFFICE, overrides: { '2026-05-14': ['09:00-12:00'] } },
      '2026-05-14T09:00+08:00',
      4 * HOUR,
      '2026-05-15T10:00+08:00',
    ],
    [
      'an override without windows closes the date',
      { ...OFFICE, overrides: { '2026-05-14': [] } },
      '2026-05-13T17:00+08:00',
      2 * HOUR,
      '2026-05-15T10:00+08:00',
    ],
  ])('R1 %s', check);
});

describe('R2 changes of the clock, by hand', () => {
  const NEW_YORK_NIGHT: Calendar = { tz: 'America/New_York', week: { sat: ['22:00-06:00'] } };
  it.each<Row>([
    ['a night of nine hours', NEW_YORK_NIGHT, '2026-10-31T22:00-04:00', 9 * HOUR, '2026-11-01T06:00-05:00'],
    ['a night of seven', NEW_YORK_NIGHT, '2026-03-07T22:00-05:00', 7 * HOUR, '2026-03-08T06:00-04:00'],
    [
      'an hour that comes twice counts twice',
      sundays('America/New_York', '01:00-02:00'),
      '2026-11-01T00:00-04:00',
      90 * MINUTE,
      '2026-11-01T01:30-05:00',
    ],
    [
      'a window that ends inside it opens again',
      sundays('America/New_York', '00:30-01:30'),
      '2026-11-01T00:00-04:00',
      75 * MINUTE,
      '2026-11-01T01:15-05:00',
    ],
    [
      'a window that is skipped waits for its next day',
      sundays('America/New_York', '02:00-03:00'),
      '2026-03-08T00:00-05:00',
      30 * MINUTE,
      '2026-03-15T02:30-04:00',
    ],
    [
      'Lord Howe skips half an hour',
      sundays('Australia/Lord_Howe', '01:30-03:00'),
      '2026-10-04T01:30+10:30',
      45 * MINUTE,
      '2026-10-04T02:45+11:00',
    ],
    [
      'Lord Howe repeats half an hour',
      sundays('Australia/Lord_Howe', '01:30-02:00'),
      '2026-04-05T01:30+11:00',
      45 * MINUTE,
      '2026-04-05T01:45+10:30',
    ],
    [
      'Beirut has no midnight: the date begins at one',
      sundays('Asia/Beirut', '00:00-02:00'),
      '2025-03-29T23:00+02:00',
      30 * MINUTE,
      '2025-03-30T01:30+03:00',
    ],
    [
      'a night over the midnight that is not there',
      { tz: 'Asia/Beirut', week: { sat: ['22:00-02:00'] } },
      '2025-03-29T22:00+02:00',
      3 * HOUR,
      '2025-03-30T02:00+03:00',
    ],
    [
      'whose tail a holiday takes',
      { tz: 'Asia/Beirut', week: { sat: ['22:00-02:00'] }, holidays: ['2025-03-30'] },
      '2025-03-29T22:00+02:00',
      2 * HOUR,
      '2025-03-30T01:00+03:00',
    ],
    [
      'São Paulo: 24:00 where the next date begins at one',
      { tz: 'America/Sao_Paulo', week: { sat: ['22:00-24:00'] } },
      '2018-11-03T22:00-03:00',
      2 * HOUR,
      '2018-11-04T01:00-02:00',
    ],
    [
      'Apia has no 30 December 2011: from Thursday to Monday over one day less',
      { ...OFFICE, tz: 'Pacific/Apia' },
      '2011-12-29T17:00-10:00',
      2 * HOUR,
      '2012-01-02T10:00+14:00',
    ],
    [
      'a tail on the date that is not there never comes',
      { tz: 'Pacific/Apia', week: { thu: ['22:00-06:00'] } },
      '2011-12-29T22:00-10:00',
      3 * HOUR,
      '2012-01-05T23:00+14:00',
    ],
    [
      'the tail of the night that would have begun on it is read on the date after it',
      { tz: 'Pacific/Apia', week: { fri: ['22:00-06:00'] } },
      '2011-12-29T20:00-10:00',
      6 * HOUR,
      '2011-12-31T06:00+14:00',
    ],
    [
      'Kwajalein has no 21 August 1993',
      { tz: 'Pacific/Kwajalein', week: { sat: ['00:00-24:00'] } },
      '1993-08-20T12:00-12:00',
      HOUR,
      '1993-08-28T01:00+12:00',
    ],
    [
      'Troll skips two hours',
      sundays('Antarctica/Troll', '00:00-06:00'),
      '2026-03-29T00:00Z',
      2 * HOUR,
      '2026-03-29T04:00+02:00',
    ],
    [
      'Casablanca sets its clock back for Ramadan',
      sundays('Africa/Casablanca', '02:00-03:00'),
      '2026-02-15T02:00+01:00',
      90 * MINUTE,
      '2026-02-15T02:30+00:00',
    ],
    [
      'Kathmandu is a quarter of an hour off',
      { ...OFFICE, tz: 'Asia/Kathmandu' },
      '2026-05-14T03:14Z',
      HOUR,
      '2026-05-14T10:00+05:45',
    ],
  ])('R2 %s', check);
});

describe('R3 the end of a budget, by hand', () => {
  const LUNCH: Calendar = { tz: 'Asia/Shanghai', week: { thu: ['09:00-12:00', '13:30-18:00'] } };
  it.each<Row>([
    ['at closing time before a weekend', OFFICE, '2026-05-15T09:00+08:00', 9 * HOUR, '2026-05-15T18:00+08:00'],
    ['a millisecond more is Monday', OFFICE, '2026-05-15T09:00+08:00', 9 * HOUR + 1, '2026-05-18T09:00:00.001+08:00'],
    ['at lunch', LUNCH, '2026-05-14T09:00+08:00', 3 * HOUR, '2026-05-14T12:00+08:00'],
    ['a millisecond after lunch', LUNCH, '2026-05-14T09:00+08:00', 3 * HOUR + 1, '2026-05-14T13:30:00.001+08:00'],
    ['begun at closing time, which is closed', OFFICE, '2026-05-14T18:00+08:00', 1, '2026-05-15T09:00:00.001+08:00'],
    ['nothing to use up, in closed hours', OFFICE, '2026-05-16T12:00+08:00', 0, '2026-05-16T12:00+08:00'],
    [
      'long ago',
      { tz: 'UTC', week: { thu: ['22:00-24:00'], fri: ['00:00-24:00'] } },
      '0099-12-31T23:00Z',
      2 * HOUR,
      '0100-01-01T01:00Z',
    ],
    ['round the clock', null, '2026-05-16T12:00+08:00', 30 * HOUR, '2026-05-17T18:00+08:00'],
    [
      'where a pause begins',
      OFFICE,
      '2026-05-14T09:00+08:00',
      HOUR,
      '2026-05-14T10:00+08:00',
      [pause('2026-05-14T10:00+08:00', '2026-05-14T12:00+08:00')],
    ],
    [
      'nothing to use up, in a pause',
      OFFICE,
      '2026-05-14T10:00+08:00',
      0,
      '2026-05-14T10:00+08:00',
      [pause('2026-05-14T09:00+08:00', '2026-05-14T12:00+08:00')],
    ],
  ])('R3 %s', check);
});

describe('R5 pauses, by hand', () => {
  const from9 = (shows: string, pauses: Interval[], due: string, budgetMs = 2 * HOUR): Row => [
    shows,
    OFFICE,
    '2026-05-14T09:00+08:00',
    budgetMs,
    due,
    pauses,
  ];
  const thu = (from: string, to: string) => pause(`2026-05-14T${from}+08:00`, `2026-05-14T${to}+08:00`);
  it.each<Row>([
    from9('overlapping', [thu('10:00', '11:00'), thu('10:30', '11:30')], '2026-05-14T12:30+08:00'),
    from9('one inside the other', [thu('10:00', '11:00'), thu('10:15', '10:20')], '2026-05-14T12:00+08:00'),
    from9('adjoining', [thu('10:00', '10:30'), thu('10:30', '11:00')], '2026-05-14T12:00+08:00'),
    from9('the same twice', [thu('10:00', '10:30'), thu('10:00', '10:30')], '2026-05-14T11:30+08:00'),
    from9('the later first', [thu('10:40', '11:00'), thu('10:00', '10:10')], '2026-05-14T11:30+08:00'),
    from9('empty', [thu('10:00', '10:00')], '2026-05-14T11:00+08:00'),
    from9('begun before the start', [thu('08:00', '10:00')], '2026-05-14T12:00+08:00'),
    from9('over before the start', [thu('08:00', '09:00')], '2026-05-14T11:00+08:00'),
    from9('of a millisecond', [thu('10:00', '10:00:00.001')], '2026-05-14T11:00:00.001+08:00'),
    from9('up to closing time', [thu('10:30', '18:00')], '2026-05-15T09:30+08:00'),
    from9(
      'outside the hours',
      [pause('2026-05-14T18:00+08:00', '2026-05-15T09:00+08:00')],
      '2026-05-15T10:00+08:00',
      10 * HOUR,
    ),
    from9(
      'half outside the hours, on both sides',
      [pause('2026-05-14T17:30+08:00', '2026-05-15T09:30+08:00')],
      '2026-05-15T10:30+08:00',
      9.5 * HOUR,
    ),
    [
      'over a skipped hour, which never was',
      { tz: 'America/New_York', week: { sun: ['00:00-24:00'] } },
      '2026-03-08T00:00-05:00',
      3 * HOUR,
      '2026-03-08T05:00-04:00',
      [pause('2026-03-08T01:30-05:00', '2026-03-08T03:30-04:00')],
    ],
  ])('R5 %s', check);
});
