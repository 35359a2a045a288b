import { expect, it } from 'vitest';
import { waitWords } from './wait-words.ts';

it.each([
  [300_000, '5 minutes', '5 分钟'],
  [5_400_000, '1 hour 30 minutes', '1 小时 30 分钟'],
  [45_000, '45 seconds', '45 秒钟'],
  [86_400_000, '24 hours', '24 小时'],
])('%i ms', (waitMs, en, zh) => {
  expect([waitWords(waitMs, 'en'), waitWords(waitMs, 'zh-CN')]).toEqual([en, zh]);
});
