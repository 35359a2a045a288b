import { describe, expect, it } from 'vitest';
import english from './locales/en.json' with { type: 'json' };
import chinese from './locales/zh-CN.json' with { type: 'json' };
import { consentHint } from './recording-text.ts';

type Tree = { [key: string]: string | Tree };

function texts(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : texts(value, `${path}${key}.`),
  );
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe('texts of recordings', () => {
  const en = new Map(texts(english));
  const zh = new Map(texts(chinese));

  it('exist in both languages, none empty, with the same placeholders', () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
    expect(en.size).toBeGreaterThan(50);
    for (const [key, text] of en) {
      expect(text.trim(), key).not.toBe('');
      expect(zh.get(key)!.trim(), key).not.toBe('');
      expect(placeholders(zh.get(key)!), key).toEqual(placeholders(text));
    }
  });

  it('ask customers in their word for it, and the team in its own', () => {
    expect([en.get(consentHint(false)), zh.get(consentHint(false))]).toEqual([
      expect.stringMatching(/^(?!.*ticket).*your request/),
      expect.stringMatching(/^(?!.*工单).*您的请求/),
    ]);
    expect([en.get(consentHint(true)), zh.get(consentHint(true))]).toEqual([
      expect.stringContaining('ticket'),
      expect.stringContaining('工单'),
    ]);
  });
});
