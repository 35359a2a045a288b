import { describe, expect, it } from 'vitest';
import diagnoseEnglish from './diagnose/locales/en.json' with { type: 'json' };
import diagnoseChinese from './diagnose/locales/zh-CN.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import zh from './locales/zh-CN.json' with { type: 'json' };
import planEnglish from './plan/locales/en.json' with { type: 'json' };
import planChinese from './plan/locales/zh-CN.json' with { type: 'json' };
import statementsEnglish from './statements/locales/en.json' with { type: 'json' };
import statementsChinese from './statements/locales/zh-CN.json' with { type: 'json' };

/** Every text with its path; the two languages must have the same ones. */
function texts(tree: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(path + key, value);
    else for (const [below, text] of texts(value as object, `${path}${key}.`)) found.set(below, text);
  }
  return found;
}

const placeholders = (text = '') => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe.each([
  ['portal', en, zh],
  ['plan', planEnglish, planChinese],
  ['statements', statementsEnglish, statementsChinese],
  ['diagnose', diagnoseEnglish, diagnoseChinese],
])('catalogues of %s', (_, ofEnglish, ofChinese) => {
  const english = texts(ofEnglish);
  const chinese = texts(ofChinese);

  it('have the same keys in both languages', () => {
    expect(english.size).toBeGreaterThan(0);
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('have no empty text, and the same placeholders', () => {
    for (const [key, text] of english) {
      expect(text.trim(), key).not.toBe('');
      expect(chinese.get(key)?.trim(), key).not.toBe('');
      expect(placeholders(chinese.get(key)), key).toEqual(placeholders(text));
    }
  });
});
