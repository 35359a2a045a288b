import { expect, test } from 'vitest';
import { axisTicks, momentWords } from './moments.ts';

test('a time line has round moments, few of them, and its ends', () => {
  expect(axisTicks(0, 10_000)).toEqual([0, 2_000, 4_000, 6_000, 8_000, 10_000]);
  expect(axisTicks(0, 3_600_000)).toEqual([0, 1_200_000, 2_400_000, 3_600_000]);
  expect(axisTicks(5, 5)).toEqual([5, 5]);
  for (const span of [1, 999, 61_000, 86_400_000, 10 ** 10]) expect(axisTicks(0, span).length).toBeLessThan(120);
});

test('without a date, moments count from the beginning', () => {
  expect(momentWords(1_065_000, 1_000_000, 'relative', 'en')).toBe('1:05');
  expect(momentWords(Date.UTC(2026, 4, 14, 2, 3, 4), 0, 'wall', 'zh-CN')).toMatch(/^\d\d:\d\d:04$/);
});
