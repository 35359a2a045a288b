import type { OpenCycle } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { dueWords, durationShort, durationWords, shownCycle, toneOf, untilChange } from './clock-words.ts';

const MINUTE_MS = 60_000;
const at = (minutes: number) => new Date(Date.UTC(2031, 4, 15, 9) + minutes * MINUTE_MS).toISOString();
const ms = (minutes: number) => Date.parse(at(minutes));
const cycle = (id: string, dueAt: string | null, warnAt: string | null = null, pausedSince: string | null = null) =>
  ({ id, dueAt, warnAt, pausedSince }) as OpenCycle;

describe('how a promise stands', () => {
  it('is calm, then soon due, then overdue, each from its very instant on', () => {
    const promise = cycle('a', at(60), at(45));
    expect([44, 45, 59, 60, 600].map((minutes) => toneOf(promise, ms(minutes)))).toEqual([
      'calm',
      'warned',
      'warned',
      'overdue',
      'overdue',
    ]);
    expect(toneOf(cycle('a', null), ms(0))).toBe('paused');
    expect([0, 50, 70].map((minutes) => untilChange(promise, ms(minutes)))).toEqual([
      45 * MINUTE_MS,
      10 * MINUTE_MS,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('of several shows what is due first, and what stands still only where nothing runs', () => {
    const [late, soon, still] = [cycle('late', at(90)), cycle('soon', at(60)), cycle('still', null, null, at(1))];
    expect(shownCycle({ cycles: [late, still, soon] })?.id).toBe('soon');
    expect(shownCycle({ cycles: [cycle('later', null, null, at(5)), still] })?.id).toBe('still');
    expect(shownCycle({ cycles: [] })).toBeNull();
  });
});

describe('stretches of time', () => {
  it.each([
    [59_999, 'under 1 min', '<1m', '不到 1 分钟', '<1分'],
    [42 * MINUTE_MS, '42 min', '42m', '42 分钟', '42分'],
    [60 * MINUTE_MS, '1 h', '1h', '1 小时', '1时'],
    [190 * MINUTE_MS, '3 h 10 min', '3h10', '3 小时 10 分钟', '3时10分'],
    [52 * 60 * MINUTE_MS, '2 d 4 h', '2d4h', '2 天 4 小时', '2天4时'],
  ])('%i ms', (duration, en, enShort, zh, zhShort) => {
    expect([durationWords(duration, 'en'), durationShort(duration, 'en')]).toEqual([en, enShort]);
    expect([durationWords(duration, 'zh-CN'), durationShort(duration, 'zh-CN')]).toEqual([zh, zhShort]);
  });

  it('of business time have no days', () => {
    expect(durationWords(52 * 60 * MINUTE_MS, 'en', { days: false })).toBe('52 h');
  });
});

it('names the day of a deadline unless it is today’s', () => {
  const noon = new Date(2031, 4, 15, 12).getTime();
  expect(dueWords(new Date(2031, 4, 15, 14, 30).getTime(), noon, 'en')).toBe('14:30');
  expect(dueWords(new Date(2031, 4, 16, 9, 0).getTime(), noon, 'en')).toMatch(/Fri.*16.*09:00/);
  expect(dueWords(new Date(2032, 0, 2, 9, 0).getTime(), noon, 'zh-CN')).toMatch(/2032年.*09:00/);
  expect(dueWords(Date.UTC(2031, 4, 15, 6), Date.UTC(2031, 4, 15, 5), 'en', 'Asia/Shanghai')).toMatch(/14:00/);
});
