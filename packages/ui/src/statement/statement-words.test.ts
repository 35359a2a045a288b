import { describe, expect, it } from 'vitest';
import english from './locales/en.json' with { type: 'json' };
import chinese from './locales/zh-CN.json' with { type: 'json' };
import { moneyWords, monthName, percentWords, wallWords, zoneName } from './statement-words.ts';

type Tree = { [key: string]: string | Tree };

function texts(tree: Tree, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(path + key, value);
    else for (const [inner, text] of texts(value, `${path}${key}.`)) found.set(inner, text);
  }
  return found;
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

it('the catalogues have the same keys and placeholders', () => {
  const [en, zh] = [texts(english), texts(chinese)];
  expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
  for (const [key, text] of en) expect(placeholders(zh.get(key)!), key).toEqual(placeholders(text));
});

describe('words', () => {
  it('months and zones have names', () => {
    expect(monthName('2026-10', 'en')).toBe('October 2026');
    expect(monthName('2026-10', 'zh-CN')).toBe('2026年10月');
    expect(zoneName('Asia/Shanghai', 'en')).toBe('China Standard Time (Asia/Shanghai)');
    expect(zoneName('Asia/Shanghai', 'zh-CN')).toBe('中国标准时间（Asia/Shanghai）');
  });

  it('instants are read from the wall of the contract’s zone', () => {
    expect(wallWords('2026-10-31T16:00:03.000Z', 'Asia/Shanghai', 'zh-CN')).toEqual({
      date: '2026年11月1日',
      time: '00:00:03',
    });
  });

  it('money and shares', () => {
    expect(moneyWords({ amountMinor: 480_000, currency: 'GBP' }, 'en')).toBe('£4,800.00');
    expect(moneyWords({ amountMinor: 1_500, currency: 'JPY' }, 'en')).toBe('¥1,500');
    expect([0.995, 0.57, 0.29, 1].map(percentWords)).toEqual(['99.5%', '57%', '29%', '100%']);
  });
});
