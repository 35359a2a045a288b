import { CheckReasonCode } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import english from './locales/en.json' with { type: 'json' };
import chinese from './locales/zh-CN.json' with { type: 'json' };

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

describe('the texts of the check', () => {
  const en = texts(english);
  const zh = texts(chinese);

  it('are the same in both languages, with the same numbers in them', () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
    for (const [key, text] of en) {
      expect(text.trim(), key).not.toBe('');
      expect([...new Set(placeholders(zh.get(key)!))], key).toEqual([...new Set(placeholders(text))]);
    }
  });

  it.each(CheckReasonCode.options)('say what %s means, and what to do', (code) => {
    for (const language of [en, zh])
      for (const part of ['title', 'advice']) expect(language.get(`reason.${code}.${part}`)).toBeTruthy();
  });
});
