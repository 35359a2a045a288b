import { expect, it } from 'vitest';
import { durationText, moneyText, monthText, offsetText, shareText, wallText } from './format.ts';

it('months have names', () => {
  expect(monthText('2026-01', 'en')).toBe('January 2026');
  expect(monthText('2026-10', 'zh-CN')).toBe('2026年10月');
});

it('instants are read from the wall of the zone, the repeated hour told apart by its offset', () => {
  expect(wallText('Asia/Shanghai', '2026-10-31T16:00:00.000Z')).toEqual({ date: '2026-11-01', time: '00:00:00' });
  expect(offsetText('Europe/Berlin', '2026-10-25T00:30:00.500Z')).toBe('2026-10-25T02:30:00.500+02:00');
  expect(offsetText('Europe/Berlin', '2026-10-25T01:30:00.500Z')).toBe('2026-10-25T02:30:00.500+01:00');
});

it.each([
  [0, '0 s', '0 秒'],
  [59_999, '59 s', '59 秒'],
  [60_000, '1 min', '1 分钟'],
  [3_600_000, '1 h', '1 小时'],
  [7_500_000, '2 h 5 min', '2 小时 5 分钟'],
  [86_400_000 + 59_000, '1 d', '1 天'],
  [86_400_000 * 3 + 3_600_000 * 4 + 60_000, '3 d 4 h', '3 天 4 小时'],
])('%i ms reads %s', (ms, en, zh) => {
  expect(durationText(ms, 'en')).toBe(en);
  expect(durationText(ms, 'zh-CN')).toBe(zh);
});

it.each([
  [0, 'CNY', 'CNY 0.00'],
  [5, 'USD', 'USD 0.05'],
  [123_456_789, 'CNY', 'CNY 1,234,567.89'],
  [1_500, 'JPY', 'JPY 1,500'],
  [1_234_567, 'KWD', 'KWD 1,234.567'],
])('%i of %s reads %s', (amountMinor, currency, text) => expect(moneyText({ amountMinor, currency })).toBe(text));

it('shares read as percent without binary dust', () => {
  expect([0.995, 0.57, 0.29, 1].map(shareText)).toEqual(['99.5%', '57%', '29%', '100%']);
});
