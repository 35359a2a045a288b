import { expect, it } from 'vitest';
import { ownLanguageName } from './language-name.ts';

it('names languages in their own words, whatever the region', () => {
  expect(['zh', 'zh-CN', 'en', 'en-GB', 'ja', 'pt-BR'].map(ownLanguageName)).toEqual([
    '中文',
    '中文',
    'English',
    'English',
    '日本語',
    'português',
  ]);
  expect(ownLanguageName('zh-Hant-TW')).toBe('繁體中文');
});

it('leaves what is no language as it is', () => {
  expect(ownLanguageName('not a tag')).toBe('not a tag');
});
