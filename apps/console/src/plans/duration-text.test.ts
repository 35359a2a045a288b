import { describe, expect, it } from 'vitest';
import { readDuration, writeDuration } from './duration-text.ts';

describe('lengths of time', () => {
  it.each([
    ['30 min', 30],
    ['30分钟', 30],
    ['4h', 240],
    ['1 h 30 min', 90],
    ['1.5 小时', 90],
    ['  2 Hours ', 120],
  ])('%j', (text, minutes) => {
    expect(readDuration(text)).toBe(minutes * 60_000);
  });

  it('are nothing, or wrong', () => {
    expect(readDuration(' ')).toBeUndefined();
    for (const text of ['30', 'soon', '2 days', '1 h soon', '0 min', '-4 h'])
      expect(readDuration(text), text).toBeNull();
  });

  it('are read again as they were written, in either language', () => {
    for (const ms of [60_000, 5_400_000, 28_800_000, 1_500, 90_061_000])
      for (const locale of ['en', 'zh-CN'] as const) expect(readDuration(writeDuration(ms, locale))).toBe(ms);
    expect(writeDuration(undefined, 'en')).toBe('');
  });
});
