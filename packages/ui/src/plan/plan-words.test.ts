import { describe, expect, it } from 'vitest';
import en from './locales/en.json' with { type: 'json' };
import zh from './locales/zh-CN.json' with { type: 'json' };
import { promisedTime, promiseSentences } from './plan-words.ts';

const HOUR_MS = 3_600_000;
const OFFICE = { content: { tz: 'UTC', week: { mon: ['09:00-17:00'] }, holidays: [], overrides: {} } };
const days = (count: number) => `${count} days`;

describe('what a priority is promised', () => {
  it('is told in the order it is lived through, and once where it is the same each time', () => {
    const keys = (targetsMs: Parameters<typeof promiseSentences>[0]['targetsMs']) =>
      promiseSentences({ calendarId: null, targetsMs }).map(({ key }) => key);
    expect(keys({})).toEqual([]);
    expect(keys({ next_response: 2, first_response: 2, update: 3 })).toEqual(['answers', 'update']);
    expect(keys({ resolve: 9, next_response: 2, first_response: 1 })).toEqual([
      'first_response',
      'next_response',
      'resolve',
    ]);
  });

  it('counts whole working days where the hours end', () => {
    expect(promisedTime(16 * HOUR_MS, OFFICE, 'en', days)).toBe('2 days (16 h)');
    expect(promisedTime(16 * HOUR_MS, OFFICE, 'zh-CN', days)).toBe('2 days（16 小时）');
    expect(promisedTime(4 * HOUR_MS, OFFICE, 'en', days)).toBe('4 h');
    expect(promisedTime(24 * HOUR_MS, null, 'en', days)).toBe('24 h');
  });
});

type Tree = { [key: string]: string | Tree };

function texts(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : texts(value, `${path}${key}.`),
  );
}

it('the texts of both languages have the same keys and placeholders', () => {
  const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();
  const chinese = new Map(texts(zh));
  expect(texts(en).length).toBeGreaterThan(20);
  expect([...chinese.keys()].sort()).toEqual(
    texts(en)
      .map(([key]) => key)
      .sort(),
  );
  for (const [key, text] of texts(en)) expect(placeholders(chinese.get(key)!), key).toEqual(placeholders(text));
});
