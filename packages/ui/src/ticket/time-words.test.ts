import { describe, expect, it } from 'vitest';
import { agePhrase, clockFace, dayName, shortAge } from './time-words.ts';

describe('shortAge', () => {
  it.each([
    [-5_000, 'now', '刚刚'],
    [59_000, 'now', '刚刚'],
    [5 * 60_000, '5m', '5 分钟'],
    [3 * 3_600_000, '3h', '3 小时'],
    [49 * 3_600_000, '2d', '2 天'],
  ])('of %d ms', (ageMs, en, zh) => {
    expect(shortAge(ageMs, 'en')).toBe(en);
    expect(shortAge(ageMs, 'zh-CN')).toBe(zh);
  });
});

describe('agePhrase', () => {
  it('uses words for the near past and a date beyond a week', () => {
    const now = Date.UTC(2026, 5, 15, 12);
    expect(agePhrase(now + 3_000, now, 'en')).toBe('just now');
    expect(agePhrase(now - 5 * 60_000, now, 'en')).toBe('5 minutes ago');
    expect(agePhrase(now - 5 * 60_000, now, 'zh-CN')).toBe('5 分钟前');
    expect(agePhrase(now - 20 * 86_400_000, now, 'en')).toBe('May 26, 2026');
  });
});

describe('agePhrase of days', () => {
  it('counts calendar days, not stretches of 24 hours', () => {
    const at = new Date(2026, 5, 15, 21).getTime();
    const now = new Date(2026, 5, 17, 8).getTime();
    expect(agePhrase(at, now, 'en')).toBe('2 days ago');
    expect(agePhrase(at, now, 'zh-CN')).toBe('前天');
  });
});

describe('clockFace', () => {
  it.each([
    [-1, '0:00'],
    [7_999, '0:07'],
    [750_000, '12:30'],
    [3_723_000, '1:02:03'],
  ])('of %d ms is %s', (durationMs, expected) => {
    expect(clockFace(durationMs)).toBe(expected);
  });
});

describe('dayName', () => {
  const now = new Date(2026, 5, 15, 0, 10).getTime();
  it('counts calendar days, not stretches of 24 hours', () => {
    expect(dayName(new Date(2026, 5, 15, 0, 1).getTime(), now, 'en')).toBe('Today');
    expect(dayName(new Date(2026, 5, 14, 23, 59).getTime(), now, 'en')).toBe('Yesterday');
    expect(dayName(new Date(2026, 5, 14, 23, 59).getTime(), now, 'zh-CN')).toBe('昨天');
  });
  it('names the year only when it is another one', () => {
    expect(dayName(new Date(2026, 4, 2).getTime(), now, 'en')).toBe('Saturday, May 2');
    expect(dayName(new Date(2025, 4, 2).getTime(), now, 'en')).toContain('2025');
  });
});
