import { expect, it } from 'vitest';
import { spaced } from './spaced.ts';

it('puts a space between a figure and its Chinese unit, and nowhere else', () => {
  expect(['5分钟前', '1.3秒', '昨天', '12 MB', '5%'].map((words) => spaced(words, 'zh-CN'))).toEqual([
    '5 分钟前',
    '1.3 秒',
    '昨天',
    '12 MB',
    '5%',
  ]);
  expect(spaced('5 min', 'en')).toBe('5 min');
});
