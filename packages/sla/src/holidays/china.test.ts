import { describe, expect, it } from 'vitest';
import { elapsedMs, isOpenAt } from '../business-time.ts';
import { type Calendar, calendarIssues, WEEKDAYS } from '../calendar.ts';
import { HOUR } from '../testing.ts';
import { calendarWith } from './calendar-with.ts';
import { CHINA_HOLIDAY_YEARS, chinaHolidays } from './china.ts';

// The wording of 国办发明电〔2025〕7号, as Xinhua carried it on 2025-11-04 (https://politics.gmw.cn/2025-11/04/content_38391083.htm).
const NOTICE_2026 = `
元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
清明节：4月4日（周六）至6日（周一）放假，共3天。
劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
端午节：6月19日（周五）至21日（周日）放假，共3天。
中秋节：9月25日（周五）至27日（周日）放假，共3天。
国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。`;

describe('R34 mainland China', () => {
  it('R34 2026 is what the notice says, to the weekday', () => {
    const expected: string[] = [];
    const put = (month: string, date: number, weekday: string | undefined, name: string, kind: string) => {
      const day = `2026-${month.padStart(2, '0')}-${String(date).padStart(2, '0')}`;
      if (weekday) expect('日一二三四五六'[new Date(`${day}T00:00:00Z`).getUTCDay()], day).toBe(weekday);
      expected.push(`${day} ${kind} ${name}`);
    };
    for (const line of NOTICE_2026.trim().split('\n')) {
      const [name, rest] = line.split('：') as [string, string];
      const off = /^(\d+)月(\d+)日（.*?周(.)）至(\d+)日（.*?周(.)）放假.*?共(\d)天/.exec(rest)!;
      const [first, last] = [Number(off[2]), Number(off[4])];
      expect(last - first + 1).toBe(Number(off[6]));
      for (let date = first; date <= last; date += 1)
        put(off[1]!, date, date === first ? off[3] : date === last ? off[5] : undefined, name, 'holiday');
      for (const [, month, date, weekday] of rest.slice(off[0].length).matchAll(/(\d+)月(\d+)日（周(.)）/g))
        put(month!, Number(date), weekday, name, 'workday');
    }
    const { days, announced, source } = chinaHolidays(2026)!;
    expect(days.map(({ date, name, kind }) => `${date} ${kind} ${name}`)).toEqual(expected.sort());
    expect(announced).toBe(true);
    expect(source).toMatchObject({ document: '国办发明电〔2025〕7号', publishedOn: '2025-11-04' });
  });

  it('R34 2027 is not announced: the thirteen days of the law, no make-up workday', () => {
    const { days, announced, checkedOn, source } = chinaHolidays(2027)!;
    expect([announced, checkedOn]).toEqual([false, '2026-11-21']);
    // The law, not an arrangement.
    expect(source).toMatchObject({ title: '全国年节及纪念日放假办法', document: '国务院令第795号' });
    expect(days.every(({ kind, date }) => kind === 'holiday' && date.startsWith('2027-'))).toBe(true);
    const count = Object.entries(Object.groupBy(days, ({ name }) => name)).map(([name, all]) => [name, all!.length]);
    // 全国年节及纪念日放假办法, article 2.
    expect(Object.fromEntries(count)).toEqual({
      元旦: 1,
      春节: 4,
      清明节: 1,
      劳动节: 2,
      端午节: 1,
      中秋节: 1,
      国庆节: 3,
    });
    const lunar = new Intl.DateTimeFormat('en-u-ca-chinese', { timeZone: 'UTC', month: 'numeric', day: 'numeric' });
    const lunarOf = (name: string) => lunar.format(new Date(days.find((day) => day.name === name)!.date));
    expect([lunarOf('端午节'), lunarOf('中秋节')]).toEqual(['5/5', '8/15']);
  });

  it('R34 of other years nothing is known, and what is given may be changed without harm', () => {
    expect(CHINA_HOLIDAY_YEARS).toEqual([2026, 2027]);
    expect(chinaHolidays(2028)).toBeNull();
    chinaHolidays(2026)!.days.length = 0;
    expect(chinaHolidays(2026)!.days).toHaveLength(39);
  });
});

describe('R35 a calendar with more days', () => {
  const office: Calendar = {
    tz: 'Asia/Shanghai',
    week: Object.fromEntries(WEEKDAYS.slice(0, 5).map((name) => [name, ['09:00-12:00', '13:30-18:00']])),
    holidays: ['2026-12-24'],
    overrides: { '2026-05-09': ['10:00-11:00'] },
  };

  it('R35 holidays close, make-up workdays open as Monday does, what was there stays', () => {
    const calendar = calendarWith(office, chinaHolidays(2026)!.days);
    expect(calendarIssues(calendar)).toEqual([]);
    expect(isOpenAt(calendar, '2026-02-16T02:00:00Z')).toBe(false);
    expect(isOpenAt(calendar, '2026-02-14T02:00:00Z')).toBe(true);
    expect(isOpenAt(calendar, '2026-02-14T05:00:00Z')).toBe(false);
    expect(isOpenAt(calendar, '2026-12-24T02:00:00Z')).toBe(false);
    expect(elapsedMs(calendar, '2026-05-08T16:00:00Z', '2026-05-09T16:00:00Z')).toBe(HOUR);
    // From Saturday 14 February to Tuesday the 24th: one make-up workday and one ordinary day.
    expect(elapsedMs(calendar, '2026-02-13T16:00:00Z', '2026-02-24T16:00:00Z')).toBe(15 * HOUR);
    expect(office.holidays).toEqual(['2026-12-24']);
    expect(Object.keys(office.overrides!)).toEqual(['2026-05-09']);
  });

  it('R35 twice makes no difference; other windows may be given', () => {
    const once = calendarWith(office, chinaHolidays(2026)!.days, { workdayWindows: ['10:00-16:00'] });
    expect(once.overrides?.['2026-02-14']).toEqual(['10:00-16:00']);
    expect(calendarWith(once, chinaHolidays(2026)!.days)).toEqual(once);
  });

  it('R35 a make-up workday without windows for it, dates and windows that are none are refused', () => {
    const weekend: Calendar = { tz: 'UTC', week: { sat: ['09:00-12:00'] } };
    const days = chinaHolidays(2026)!.days;
    expect(() => calendarWith(weekend, days)).toThrow(/workdayWindows/);
    expect(calendarWith(weekend, chinaHolidays(2027)!.days).holidays).toHaveLength(13);
    expect(() => calendarWith(office, [{ date: '2026-02-30', name: 'x', kind: 'holiday' }])).toThrow(/days\.0\.date/);
    expect(() => calendarWith(office, days, { workdayWindows: ['9-5'] })).toThrow(/overrides\.2026-01-04\.0/);
  });
});
