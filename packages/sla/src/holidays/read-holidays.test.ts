import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { DAY_MS, readDate } from '../calendar.ts';
import { SlaInputError } from '../input.ts';
import type { HolidayFeed, HolidayFeedOptions } from './holiday.ts';
import { readHolidays } from './read-holidays.ts';
import { occurrences, readRecurrence } from './recurrence.ts';

const YEAR: HolidayFeedOptions = { from: '2026-01-01', to: '2026-12-31' };
const event = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
const feed = (...events: string[][]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'X-WR-CALNAME:Days\\, off', ...events.flat(), 'END:VCALENDAR', ''].join('\r\n');
const day = (date: string, name: string, ...more: string[]) =>
  event(`UID:${date}`, `DTSTART;VALUE=DATE:${date}`, `SUMMARY:${name}`, ...more);
const told = ({ days }: HolidayFeed) => days.map(({ date, name, kind }) => `${date} ${kind} ${name}`);
const read = (text: string, options: Partial<HolidayFeedOptions> = {}) => readHolidays(text, { ...YEAR, ...options });

describe('R30 all-day events', () => {
  it('R30 of one day and of several, from feeds with folded lines, escapes and zones in them', () => {
    const text = [
      'BEGIN:VCALENDAR',
      'X-WR-CALDESC:folded,',
      '  over two lines',
      'X-WR-CALNAME:Holidays in Belgium',
      'BEGIN:VTIMEZONE',
      'TZID:Asia/Shanghai',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0800',
      'TZOFFSETTO:+0800',
      'END:STANDARD',
      'END:VTIMEZONE',
      ...event('SUMMARY:All Saints\\, and', '  more', 'DTSTART;VALUE=DATE:20261101', 'DTEND;VALUE=DATE:20261102'),
      ...event('SUMMARY:国庆节', 'DTSTART;VALUE=DATE:20261001', 'DTEND;VALUE=DATE:20261004'),
      ...event('SUMMARY:same', 'DTSTART;VALUE=DATE:20260501', 'DTEND;VALUE=DATE:20260501'),
      ...event('SUMMARY:midnight', 'DTSTART;TZID=Asia/Shanghai:20260601T000000', 'DTEND:20260603T000000'),
      ...event('SUMMARY:lasting', 'DTSTART;VALUE=DATE:20260701', 'DURATION:P1D'),
      'END:VCALENDAR',
    ].join('\n');
    const result = read(text);
    expect(result.name).toBe('Holidays in Belgium');
    expect(told(result)).toEqual([
      '2026-05-01 holiday same',
      '2026-06-01 holiday midnight',
      '2026-06-02 holiday midnight',
      '2026-07-01 holiday lasting',
      '2026-10-01 holiday 国庆节',
      '2026-10-02 holiday 国庆节',
      '2026-10-03 holiday 国庆节',
      '2026-11-01 holiday All Saints, and more',
    ]);
    expect(result.issues).toEqual([]);
  });

  it('R30 what is not all-day, cancelled, observed only, unmarked or unreadable is told by its line', () => {
    const result = read(
      feed(
        day('20260101', 'kept', 'X-APPLE-SPECIAL-DAY:WORK-HOLIDAY'),
        event('SUMMARY:meeting', 'DTSTART:20260102T090000Z', 'DTEND:20260102T100000Z'),
        day('20260103', 'cancelled', 'STATUS:CANCELLED'),
        day('20260214', 'Valentine’s Day', 'DESCRIPTION:Observance\\nTo hide observances'),
        day('20260510', '母亲节'),
        day('20260230', 'no date', 'X-APPLE-SPECIAL-DAY:WORK-HOLIDAY'),
        event('SUMMARY:no start'),
        event('DTSTART;VALUE=DATE:20260105', 'SUMMARY;BROKEN'),
        day('15000101', 'long ago'),
      ),
    );
    expect(told(result)).toEqual(['2026-01-01 holiday kept']);
    expect(result.name).toBe('Days, off');
    expect(result.issues.map(({ field, problem }) => `${field} ${problem.split(':')[0]}`).sort()).toEqual([
      'lines.10 is not all-day',
      'lines.15 is cancelled',
      'lines.21 is an observance, no day off',
      'lines.27 is not marked as a day off, as others are',
      'lines.32 is not all-day',
      'lines.38 cannot be read',
      'lines.41 cannot be read',
      'lines.45 begins before 1583',
    ]);
  });
});

describe('R32 make-up workdays', () => {
  it.each([
    ['上班(补春节假期)', 'workday'],
    ['国庆节（班）', 'workday'],
    ['春节补班', 'workday'],
    ['春节 补班日', 'workday'],
    ['Spring Festival Working Day', 'workday'],
    ['国庆节（休）', 'holiday'],
    ['班师节', 'holiday'],
    ["International Workers' Day", 'holiday'],
    ['Labour Day', 'holiday'],
  ])('R32 %s is a %s', (name, kind) => {
    expect(read(feed(day('20260110', name))).days[0]?.kind).toBe(kind);
  });

  it('R32 Apple’s mark beats the name', () => {
    const marked = (mark: string, name: string) => read(feed(day('20260110', name, `X-APPLE-SPECIAL-DAY:${mark}`)));
    expect(marked('ALTERNATE-WORKDAY', '国庆节').days[0]?.kind).toBe('workday');
    expect(marked('WORK-HOLIDAY', '补班').days[0]?.kind).toBe('holiday');
  });
});

describe('R31 recurring events', () => {
  const every = (rule: string, start: string, ...more: string[]) =>
    read(feed(day(start, 'x', `RRULE:${rule}`, ...more))).days.map(({ date }) => date.slice(5));

  it.each<[string, string, string[]]>([
    ['FREQ=YEARLY', '16011225', ['12-25']],
    ['FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', '19700101', ['11-26']],
    ['FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO', '19710531', ['05-25']],
    ['FREQ=YEARLY;BYDAY=53TH', '19700101', ['12-31']],
    ['FREQ=YEARLY;BYDAY=53MO', '19700101', []],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', '19700101', []],
    ['FREQ=YEARLY;BYMONTH=2,3;BYMONTHDAY=-1', '19700101', ['02-28', '03-31']],
    ['FREQ=YEARLY', '20240229', []],
    ['FREQ=YEARLY;INTERVAL=4', '20220401', ['04-01']],
    ['FREQ=YEARLY;COUNT=3', '20240401', ['04-01']],
    ['FREQ=YEARLY;COUNT=2', '20240401', []],
    ['FREQ=YEARLY;UNTIL=20260401', '20240401', ['04-01']],
    ['FREQ=YEARLY;UNTIL=20260331T235959Z', '20240401', []],
    ['FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR', '19700101', ['02-13', '03-13', '11-13']],
    ['FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31', '20251031', ['03-31', '08-31']],
    ['FREQ=MONTHLY;INTERVAL=12;BYMONTH=2', '20250101', []],
    ['FREQ=MONTHLY;INTERVAL=4;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '20260101', ['01-30', '05-29', '09-30']],
    ['FREQ=WEEKLY;INTERVAL=20;BYDAY=SA,SU', '20260101', ['01-03', '01-04', '05-23', '05-24', '10-10', '10-11']],
    ['FREQ=DAILY;INTERVAL=150', '20260101', ['01-01', '05-31', '10-28']],
  ])('R31 %s from %s', (rule, start, dates) => {
    expect(every(rule, start)).toEqual(dates);
  });

  it('R31 exceptions, additions and a moved occurrence; a length over the range’s edge', () => {
    const series = (name: string, ...lines: string[]) => event('UID:series', `SUMMARY:${name}`, ...lines);
    const result = read(
      feed(
        series(
          'lasting',
          'DTSTART;VALUE=DATE:20241230',
          'DTEND;VALUE=DATE:20250102',
          'RRULE:FREQ=YEARLY;COUNT=9',
          'RDATE;VALUE=DATE:20260301,20260401',
          'EXDATE;VALUE=DATE:20260401',
        ),
        series('moved', 'RECURRENCE-ID;VALUE=DATE:20261230', 'DTSTART;VALUE=DATE:20261225'),
      ),
    );
    expect(told(result)).toEqual([
      '2026-01-01 holiday lasting',
      '2026-03-01 holiday lasting',
      '2026-03-02 holiday lasting',
      '2026-03-03 holiday lasting',
      '2026-12-25 holiday moved',
    ]);
  });

  it('R31 a rule finer than a day, or with parts no holiday has, is told and left out', () => {
    for (const rule of ['FREQ=SECONDLY', 'FREQ=YEARLY;BYWEEKNO=1', 'FREQ=WEEKLY;BYDAY=2MO', 'FREQ=YEARLY;BYHOUR=1'])
      expect(read(feed(day('20260101', 'x', `RRULE:${rule}`), day('20260102', 'y')))).toMatchObject({
        days: [{ name: 'y' }],
        issues: [{ field: 'lines.4' }],
      });
  });

  it('R31 the parser’s own, unbounded, expansion agrees where it is right', () => {
    const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
    const nth = fc.constantFrom('1', '2', '3', '4', '-1', '-2', '');
    // Each weekday once: what two of its places share (1MO, MO; 4MO, -1MO), the parser gives and counts twice.
    const nthDays = fc
      .uniqueArray(fc.tuple(nth, weekday), { minLength: 1, maxLength: 3, selector: ([, name]) => name })
      .map((days) => days.map(([n, name]) => n + name).join(','));
    const interval = fc.integer({ min: 1, max: 5 }).map((n) => `;INTERVAL=${n}`);
    const count = fc.option(fc.integer({ min: 1, max: 40 })).map((n) => (n === null ? '' : `;COUNT=${n}`));
    const list = (each: fc.Arbitrary<string>) =>
      fc.uniqueArray(each, { minLength: 1, maxLength: 3 }).map((all) => all.join(','));
    const month = fc.integer({ min: 1, max: 12 }).map(String);
    const shape = fc.oneof(
      fc.constant('FREQ=YEARLY'),
      fc.tuple(list(month), nthDays).map(([months, days]) => `FREQ=YEARLY;BYMONTH=${months};BYDAY=${days}`),
      fc.tuple(month, fc.integer({ min: 1, max: 28 })).map(([m, d]) => `FREQ=YEARLY;BYMONTH=${m};BYMONTHDAY=${d}`),
      nthDays.map((days) => `FREQ=MONTHLY;BYDAY=${days}`),
      fc.integer({ min: 1, max: 28 }).map((d) => `FREQ=MONTHLY;BYMONTHDAY=${d}`),
      list(weekday).map((days) => `FREQ=WEEKLY;BYDAY=${days}`),
      fc.constant('FREQ=DAILY'),
    );
    // From a leap day the parser goes on with the 1st of March.
    const start = fc
      .integer({ min: 18_000, max: 20_500 })
      .map((n) => new Date(n * DAY_MS).toISOString().slice(0, 10))
      .filter((date) => !date.endsWith('-02-29'));
    fc.assert(
      fc.property(shape, interval, count, start, (rule, every_, some, date) => {
        const recur = ICAL.Recur.fromString(`${rule}${every_}${some}`);
        const iterator = recur.iterator(ICAL.Time.fromDateString(date));
        const expected: string[] = [];
        for (let next = iterator.next(); next && next.toString() <= '2026-12-31'; next = iterator.next())
          expected.push(next.toString());
        const mine = readRecurrence(recur.toJSON() as Record<string, unknown>);
        if (typeof mine === 'string') return expect.fail(mine);
        const range = { fromDay: readDate('2026-01-01')!, toDay: readDate('2026-12-31')! };
        const found = occurrences(mine, readDate(date)!, range, { spend: () => true });
        expect(found?.map((each) => new Date(each * DAY_MS).toISOString().slice(0, 10))).toEqual(
          expected.filter((each) => each >= '2026-01-01'),
        );
      }),
      { numRuns: 500 },
    );
  }, 60_000);
});

function refusal(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof SlaInputError) return error.issues.map(({ field }) => field);
    throw error;
  }
  return [];
}

describe('R33 what is refused, naming the place', () => {
  it.each<[string, string, string]>([
    ['nothing', '', 'icsText'],
    ['a web page', '<!doctype html>\n<html></html>', 'lines.1'],
    ['an event outside', 'BEGIN:VEVENT\nEND:VEVENT', 'lines.1'],
    ['cut off', feed(day('20260101', 'x')).slice(0, -40), 'lines.4'],
    ['crossed', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR', 'lines.3'],
    ['closed twice', `${feed()}END:VCALENDAR`, 'lines.5'],
    ['nested', 'BEGIN:VCALENDAR\n'.repeat(9), 'lines.9'],
    ['nothing readable', feed(event('SUMMARY;BROKEN')), 'lines.4'],
    ['a rule that is none', feed(day('20260101', 'x', 'RRULE:FREQ=EVER')), 'lines.4'],
  ])('R33 %s', (_, text, field) => {
    expect(refusal(() => read(text))).toEqual([field]);
  });

  it('R33 too large, in bytes; too many events; too many days; a range that is none', () => {
    expect(refusal(() => read(feed(day('20260101', '节'.repeat(100))), { maxBytes: 350 }))).toEqual(['icsText']);
    const events = ['20260101', '20260102', '20260103'].map((date) => day(date, 'x'));
    expect(refusal(() => read(feed(...events), { maxEvents: 2 }))).toEqual(['lines.14']);
    expect(refusal(() => read(feed(...events), { maxDays: 2 }))).toEqual(['lines.14']);
    expect(read(feed(...events), { maxEvents: 3, maxDays: 3 }).days).toHaveLength(3);
    expect(refusal(() => read(feed(), { from: '2026-02-30', to: 'x' }))).toEqual(['from', 'to']);
    expect(refusal(() => read(feed(), { from: '2026-02-01', to: '2026-01-01' }))).toEqual(['to']);
    expect(refusal(() => read(feed(), { to: '2126-01-01' }))).toEqual(['to']);
  });

  it('R33 bombs of repetition end in a refusal', () => {
    const daily = Array.from({ length: 100 }, (_, n) => day('15830101', `${n}`, 'RRULE:FREQ=DAILY;COUNT=999999999'));
    expect(refusal(() => read(feed(...daily)))).toHaveLength(1);
    const long = Array.from({ length: 9_000 }, (_, n) => day('15830101', `${n}`, 'DTEND;VALUE=DATE:99991231'));
    expect(refusal(() => read(feed(...long)))).toHaveLength(1);
    const never = 'RRULE:FREQ=MONTHLY;INTERVAL=24;BYMONTH=2;BYDAY=5MO';
    expect(read(feed(day('20250101', 'x', never), day('20260101', 'y'))).days).toHaveLength(1);
    const folded = `BEGIN:VCALENDAR\nX-WR-CALNAME:${'a\n '.repeat(200_000)}\nEND:VCALENDAR`;
    expect(read(folded).name?.length).toBe(200);
  }, 60_000);

  it('R33 whatever comes, it is read or refused', () => {
    const sound = feed(day('20260101', 'x', 'RRULE:FREQ=YEARLY;BYDAY=1MO', 'EXDATE;VALUE=DATE:20260105'));
    const broken = fc
      .array(
        fc.tuple(fc.nat(sound.length), fc.constantFrom('', ':', ';', '"', '=', ',', '\n', 'END:VEVENT\n', '9', '-')),
      )
      .map((cuts) => cuts.reduce((text, [at, put]) => text.slice(0, at) + put + text.slice(at + 1), sound));
    fc.assert(
      fc.property(fc.oneof(broken, fc.string({ unit: 'binary' })), (text) => {
        try {
          readHolidays(text, YEAR);
        } catch (error) {
          expect(error).toBeInstanceOf(SlaInputError);
        }
      }),
      { numRuns: 1_000 },
    );
  }, 60_000);
});
