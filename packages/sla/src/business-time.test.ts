import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueAt, elapsedMs, type Interval, isOpenAt } from './business-time.ts';
import { type Calendar, calendarIssues, WEEKDAYS } from './calendar.ts';
import { SlaInputError } from './input.ts';
import type { Span } from './spans.ts';
import { arbitraryCase, arbitraryCaseIn, HOUR, MINUTE, oracleIsOpen, ZONES } from './testing.ts';

const office = (tz: string): Calendar => ({
  tz,
  week: Object.fromEntries(WEEKDAYS.slice(0, 5).map((day) => [day, ['09:00-18:00']])),
});
const always = (tz: string): Calendar => ({
  tz,
  week: Object.fromEntries(WEEKDAYS.map((day) => [day, ['00:00-24:00']])),
});

describe('R1 what is open', () => {
  const nights: Calendar = { tz: 'Asia/Shanghai', week: { fri: ['22:00-06:00'] } };

  it('R1 windows are half-open', () => {
    const calendar = office('Asia/Shanghai');
    expect(isOpenAt(calendar, '2026-05-14T01:00:00.000Z')).toBe(true);
    expect(isOpenAt(calendar, '2026-05-14T00:59:59.999Z')).toBe(false);
    expect(isOpenAt(calendar, '2026-05-14T09:59:59.999Z')).toBe(true);
    expect(isOpenAt(calendar, '2026-05-14T10:00:00.000Z')).toBe(false);
  });

  it('R1 an overnight tail belongs to the next date', () => {
    const saturdayMorning = '2026-05-15T21:00:00.000Z';
    expect(isOpenAt(nights, saturdayMorning)).toBe(true);
    expect(isOpenAt({ ...nights, holidays: ['2026-05-16'] }, saturdayMorning)).toBe(false);
    expect(
      isOpenAt({ ...nights, holidays: ['2026-05-16'], overrides: { '2026-05-16': ['10:00-12:00'] } }, saturdayMorning),
    ).toBe(true);
    expect(isOpenAt({ ...nights, holidays: ['2026-05-15'] }, saturdayMorning)).toBe(true);
    expect(isOpenAt({ ...nights, holidays: ['2026-05-15'] }, '2026-05-15T14:30:00.000Z')).toBe(false);
  });

  it('R1 an override beats a holiday, a holiday beats the week', () => {
    const calendar = {
      ...office('Asia/Shanghai'),
      holidays: ['2026-05-14', '2026-05-16'],
      overrides: { '2026-05-16': ['10:00-11:00'] },
    };
    expect(isOpenAt(calendar, '2026-05-14T02:00:00.000Z')).toBe(false);
    expect(isOpenAt(calendar, '2026-05-16T02:30:00.000Z')).toBe(true);
  });
});

describe('R2 changes of the clock', () => {
  it('R2 a repeated hour counts twice', () => {
    // New York, 2026-11-01: 01:00–02:00 comes twice.
    expect(elapsedMs(always('America/New_York'), '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z')).toBe(25 * HOUR);
    const oneToTwo: Calendar = { tz: 'America/New_York', week: { sun: ['01:00-02:00'] } };
    expect(elapsedMs(oneToTwo, '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z')).toBe(2 * HOUR);
  });

  it('R2 a skipped hour counts not at all', () => {
    expect(
      elapsedMs(
        { tz: 'America/New_York', week: { sun: ['02:00-03:00'] } },
        '2026-03-08T05:00:00Z',
        '2026-03-09T04:00:00Z',
      ),
    ).toBe(0);
    expect(elapsedMs(always('America/New_York'), '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z')).toBe(23 * HOUR);
  });

  it('R2 half an hour in Lord Howe, a midnight that does not exist in Beirut, a date that does not exist in Apia', () => {
    expect(elapsedMs(always('Australia/Lord_Howe'), '2026-04-04T13:00:00Z', '2026-04-05T13:30:00Z')).toBe(24.5 * HOUR);
    expect(
      elapsedMs({ tz: 'Asia/Beirut', week: { sun: ['00:00-02:00'] } }, '2025-03-29T12:00:00Z', '2025-03-30T12:00:00Z'),
    ).toBe(HOUR);
    expect(
      elapsedMs({ tz: 'Pacific/Apia', week: { fri: ['00:00-24:00'] } }, '2011-12-29T12:00:00Z', '2012-01-02T00:00:00Z'),
    ).toBe(0);
  });
});

describe('R3 due', () => {
  it('R3 a budget that ends at closing time is due at closing time', () => {
    expect(dueAt(office('Asia/Shanghai'), '2026-05-14T01:00:00Z', 9 * HOUR)).toBe('2026-05-14T10:00:00.000Z');
    expect(dueAt(office('Asia/Shanghai'), '2026-05-14T01:00:00Z', 9 * HOUR + 1)).toBe('2026-05-15T01:00:00.001Z');
  });

  it('R3 nothing left is due at once, the wall clock runs round the clock', () => {
    expect(dueAt(office('Asia/Shanghai'), '2026-05-16T01:00:00Z', 0)).toBe('2026-05-16T01:00:00.000Z');
    expect(dueAt(null, '2026-05-16T01:00:00Z', HOUR)).toBe('2026-05-16T02:00:00.000Z');
  });

  it('R3 ten closed years are crossed', () => {
    const holidays: string[] = [];
    for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2036, 0, 1); ms += 24 * HOUR)
      holidays.push(new Date(ms).toISOString().slice(0, 10));
    expect(dueAt({ ...office('UTC'), holidays }, '2026-01-01T00:00:00Z', HOUR)).toBe('2036-01-01T10:00:00.000Z');
  });
});

describe('R5 pauses', () => {
  it('R5 are removed to the millisecond, whatever their order and overlap', () => {
    const pauses: Interval[] = [
      { from: '2026-05-14T03:00:00.000Z', to: '2026-05-14T03:30:00.000Z' },
      { from: '2026-05-14T02:00:00.001Z', to: '2026-05-14T03:10:00.000Z' },
      { from: '2026-05-14T03:05:00.000Z', to: '2026-05-14T03:06:00.000Z' },
    ];
    expect(dueAt(office('Asia/Shanghai'), '2026-05-14T02:00:00Z', 1, pauses)).toBe('2026-05-14T02:00:00.001Z');
    expect(dueAt(office('Asia/Shanghai'), '2026-05-14T02:00:00Z', 2, pauses)).toBe('2026-05-14T03:30:00.001Z');
    expect(elapsedMs(null, '2026-05-14T02:00:00Z', '2026-05-14T04:00:00Z', pauses)).toBe(30 * MINUTE + 1);
  });
});

describe('R8 R38 input that is refused, naming the field', () => {
  const refused = (act: () => unknown, field: RegExp) => {
    expect(act).toThrow(SlaInputError);
    expect(act).toThrow(field);
  };
  it('R8 a calendar that never opens, or never opens again', () => {
    refused(() => dueAt({ tz: 'UTC', week: {} }, '2026-01-01T00:00:00Z', 1), /week: never opens/);
    refused(
      () => dueAt({ tz: 'UTC', week: {}, overrides: { '2026-01-05': ['09:00-10:00'] } }, '2026-02-01T00:00:00Z', 1),
      /budgetMs/,
    );
    expect(
      dueAt({ tz: 'UTC', week: {}, overrides: { '2026-01-05': ['09:00-10:00'] } }, '2026-01-01T00:00:00Z', 1),
    ).toBe('2026-01-05T09:00:00.001Z');
  });

  const at = '2026-01-01T00:00:00Z';
  const week = { mon: ['09:00-10:00'] };
  it.each<[string, unknown, RegExp]>([
    ['an unknown zone', { tz: 'Mars/Olympus', week }, /^tz: /],
    ['an offset for a zone', { tz: '+08:00', week }, /^tz: /],
    ['no zone', { week }, /^tz: /],
    ['no week', { tz: 'UTC' }, /^week: /],
    ['a day that is none', { tz: 'UTC', week: { someday: ['09:00-10:00'] } }, /^week\.someday: /],
    ['a window without its list', { tz: 'UTC', week: { mon: '09:00-10:00' } }, /^week\.mon: is not a list/],
    ['what is no window', { tz: 'UTC', week: { mon: ['9-10'] } }, /^week\.mon\.0: /],
    ['a window of no length', { tz: 'UTC', week: { mon: ['09:00-09:00'] } }, /^week\.mon\.0: /],
    ['a window past 24:00', { tz: 'UTC', week: { mon: ['09:00-24:30'] } }, /^week\.mon\.0: /],
    ['one that begins at 24:00', { tz: 'UTC', week: { mon: ['24:00-06:00'] } }, /^week\.mon\.0: /],
    ['windows that overlap', { tz: 'UTC', week: { mon: ['10:00-12:00', '09:00-11:00'] } }, /^week\.mon: .*overlap/],
    ['a window in a night', { tz: 'UTC', week: { mon: ['22:00-06:00', '23:00-24:00'] } }, /^week\.mon: .*overlap/],
    ['the same twice', { tz: 'UTC', week: { mon: ['09:00-10:00', '09:00-10:00'] } }, /^week\.mon: .*overlap/],
    ['a holiday that is no date', { tz: 'UTC', week, holidays: ['2026-02-30'] }, /^holidays\.0: /],
    ['an override on no date', { tz: 'UTC', week, overrides: { tomorrow: [] } }, /^overrides\.tomorrow: /],
    [
      'windows of an override that overlap',
      { tz: 'UTC', week, overrides: { '2026-05-14': ['09:00-11:00', '10:00-12:00'] } },
      /^overrides\.2026-05-14: .*overlap/,
    ],
  ])('R38 hours: %s', (_, calendar, field) => {
    refused(() => isOpenAt(calendar as Calendar, at), field);
    expect(calendarIssues(calendar as Calendar)).toHaveLength(1);
  });

  it('R38 a window that ends before it begins is overnight, and those that meet are sound', () => {
    expect(calendarIssues({ tz: 'UTC', week: { mon: ['18:00-09:00', '09:00-18:00'] } })).toEqual([]);
  });

  it.each([
    ['a date', '2026-01-01'],
    ['no zone', '2026-01-01T00:00:00'],
    ['a date that does not exist', '2026-02-30T00:00:00Z'],
    ['the 31st of April', '2026-04-31T00:00:00+08:00'],
    ['the 29th of a February without', '2026-02-29T00:00:00Z'],
    ['an hour that does not exist', '2026-01-01T25:00:00Z'],
    ['words', 'now'],
  ])('R38 instants: %s', (_, text) => {
    refused(() => dueAt(null, text, 1), /^start: /);
    expect(isOpenAt(null, '2028-02-29T00:00:00Z')).toBe(true);
  });

  it('R38 budgets and pauses', () => {
    for (const budget of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      refused(() => dueAt(null, at, budget), /^budgetMs: /);
    refused(() => elapsedMs(null, '2026-01-02T00:00:00Z', at), /^to: /);
    const pauses = [
      { from: at, to: at },
      { from: '2026-01-02T00:00:00Z', to: at },
    ];
    refused(() => dueAt(null, at, 1, pauses), /^pauses\.1: ends before/);
    refused(() => elapsedMs(null, at, at, pauses), /^pauses\.1: ends before/);
    refused(() => dueAt(null, at, 1, [{ from: 'now', to: at }]), /^pauses\.0\.from: /);
    refused(() => dueAt(null, '9999-12-31T00:00:00Z', 10 * 24 * HOUR), /^budgetMs: is never used up/);
  });
});

function oracleElapsedMs(calendar: Calendar, fromMs: number, toMs: number, pauses: Span[]): number {
  let sum = 0;
  for (let ms = fromMs; ms < toMs; ms += MINUTE) {
    const isPaused = pauses.some((pause) => pause.fromMs <= ms && ms < pause.toMs);
    if (!isPaused && oracleIsOpen(calendar, ms)) sum += MINUTE;
  }
  return sum;
}

const iso = (ms: number) => new Date(ms).toISOString();
/** Pauses around a case's start, in minutes: they overlap, adjoin, are empty and come in any order. */
const arbitraryPauses = fc.array(fc.tuple(fc.integer({ min: -300, max: 2_500 }), fc.nat(600)), { maxLength: 4 });
const pausesFrom = (startMs: number, minutes: [number, number][]): Span[] =>
  minutes.map(([from, length]) => ({
    fromMs: startMs + from * MINUTE,
    toMs: startMs + (from + length) * MINUTE,
  }));
const written = ({ fromMs, toMs }: Span): Interval => ({ from: iso(fromMs), to: iso(toMs) });

describe('properties, over calendars made up', () => {
  it.each(ZONES)(
    'R1 R2 R5 %s: elapsed time is what the minute-stepping oracle counts',
    (tz, around) => {
      fc.assert(
        fc.property(arbitraryCaseIn(tz, around), arbitraryPauses, ({ calendar, startMs, lengthMinutes }, minutes) => {
          const endMs = startMs + lengthMinutes * MINUTE;
          const pauses = pausesFrom(startMs, minutes);
          expect(elapsedMs(calendar, iso(startMs), iso(endMs), pauses.map(written))).toBe(
            oracleElapsedMs(calendar, startMs, endMs, pauses),
          );
        }),
        { numRuns: 8 },
      );
    },
    60_000,
  );

  it('R3 R5 due is the earliest such instant, monotonic, adds up, and elapsed(start, due(start, budget)) = budget', () => {
    const budgets = fc.tuple(fc.integer({ min: 0, max: 200 * HOUR }), fc.integer({ min: 0, max: 200 * HOUR }));
    fc.assert(
      fc.property(arbitraryCase, budgets, arbitraryPauses, ({ calendar, startMs }, [a, b], minutes) => {
        const start = iso(startMs);
        const pauses = pausesFrom(startMs, minutes).map(written);
        const due = dueAt(calendar, start, a, pauses);
        expect(elapsedMs(calendar, start, due, pauses)).toBe(a);
        if (a > 0) expect(elapsedMs(calendar, start, iso(Date.parse(due) - 1), pauses)).toBe(a - 1);
        else expect(due).toBe(start);
        expect(dueAt(calendar, due, b, pauses)).toBe(dueAt(calendar, start, a + b, pauses));
        expect(dueAt(calendar, start, a + b, pauses) >= due).toBe(true);
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
