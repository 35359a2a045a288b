import { expect, test } from 'vitest';
import { RULES } from '../rules/index.ts';
import { findAll } from '../rules/rule.ts';
import { callOf, seconds } from '../testing.ts';
import { en } from './en/index.ts';
import { wordsOf } from './words.ts';
import { zhCn } from './zh-CN/index.ts';

const ids = RULES.map(({ id }) => id).sort();
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

test('every rule has words in both languages, and no words are without a rule', () => {
  expect(Object.keys(en.rules).sort()).toEqual(ids);
  expect(Object.keys(zhCn.rules).sort()).toEqual(ids);
});

test.each(ids)('%s says the same in both languages', (id) => {
  const [english, chinese] = [en.rules[id as keyof typeof en.rules], zhCn.rules[id as keyof typeof zhCn.rules]];
  expect(holes(chinese.says)).toEqual(holes(english.says));
  expect(holes(chinese.title)).toEqual(holes(english.title));
  expect([1, 2]).toContain(english.questions.length);
  expect(chinese.questions).toHaveLength(english.questions.length);
  for (const whom of ['endUser', 'developer', 'operator'] as const)
    expect(chinese.remedy[whom]).toHaveLength(english.remedy[whom].length);
  expect(english.remedy.endUser.length).toBeGreaterThan(0);
});

test('numbers come with their units', () => {
  const [loss] = findAll(RULES, callOf({ tracks: [{ rows: seconds(20, { lossRatio: 0.123 }) }] }));
  expect(wordsOf(loss!, 'en').says).toBe('12% of the packets received were lost on the way, up to 12%.');
  expect(wordsOf(loss!, 'zh-CN').says).toBe('接收的数据包有 12% 在途中丢失，最高 12%。');
  const [rtt] = findAll(RULES, callOf({ connection: seconds(20, { rttMs: 1_250 }) }));
  expect(wordsOf(rtt!, 'en').says).toBe('A packet needs 1.3 sec there and back, up to 1.3 sec.');
  expect(wordsOf(rtt!, 'zh-CN').says).toContain('1.3 秒');
});
