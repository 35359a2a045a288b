import { describe, expect, it } from 'vitest';
import diagnosisEnglish from '../diagnosis/locales/en.json' with { type: 'json' };
import diagnosisChinese from '../diagnosis/locales/zh-CN.json' with { type: 'json' };
import english from './en.json' with { type: 'json' };
import chinese from './zh-CN.json' with { type: 'json' };

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

describe.each([
  ['all pieces', english, chinese],
  ['diagnoses', diagnosisEnglish, diagnosisChinese],
])('catalogues of %s', (_, ofEnglish, ofChinese) => {
  const en = texts(ofEnglish);
  const zh = texts(ofChinese);

  it('have the same keys', () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
    expect(en.size).toBeGreaterThan(50);
  });

  it('have no empty text', () => {
    for (const [key, text] of [...en, ...zh]) expect(text.trim(), key).not.toBe('');
  });

  it('fill the same placeholders', () => {
    for (const [key, text] of en) expect(placeholders(zh.get(key)!), key).toEqual(placeholders(text));
  });
});
