import { describe, expect, test } from 'vitest';
import { readKnownErrors } from './read-import.ts';

const read = (text: string) => {
  const outcome = readKnownErrors(text);
  if (outcome.state !== 'read') throw new Error('not read');
  return outcome;
};

describe('a table', () => {
  test('names its columns in the first line, a column for each language', () => {
    const { entries, problems } = read(
      'code,component,meaning_en,meaning_zh,fix_en,versions\n1501,Room SDK,"Token expired, or wrong",令牌过期,"Renew it.\nThen join again.",< 4.2\n',
    );
    expect(problems).toEqual([]);
    expect(entries).toEqual([
      {
        code: '1501',
        component: 'Room SDK',
        meaning: { en: 'Token expired, or wrong', 'zh-CN': '令牌过期' },
        causes: { en: '', 'zh-CN': '' },
        fix: { en: 'Renew it.\nThen join again.', 'zh-CN': '' },
        affectedVersions: '< 4.2',
        audience: 'everyone',
      },
    ]);
  });

  test('in Chinese, with tabs, a byte order mark and empty lines', () => {
    const { entries } = read('\uFEFF错误码\t含义\t解决办法\n\n-10001\t网络不可用\tCheck the network\n');
    expect(entries[0]).toMatchObject({
      code: '-10001',
      meaning: { 'zh-CN': '网络不可用', en: '' },
      fix: { en: 'Check the network' },
    });
  });

  test('a row that says nothing is named, and the others are taken', () => {
    const { entries, problems } = read('code,meaning\n1,one\n2,\ntwo words,three\n4,four');
    expect(entries.map(({ code }) => code)).toEqual(['1', '4']);
    expect(problems).toEqual([
      { row: 2, field: 'meaning' },
      { row: 3, field: 'code' },
    ]);
  });
});

test('JSON, as the export writes it and as others do', () => {
  const entry = { code: 'ERR_A', meaning: { en: 'A' }, id: 'x', updatedAt: 'then' };
  expect(read(JSON.stringify([entry])).entries[0]).toMatchObject({ code: 'ERR_A', meaning: { en: 'A', 'zh-CN': '' } });
  expect(read(JSON.stringify({ entries: [{ code: 7, meaning: '坏了' }] })).entries[0]).toMatchObject({
    code: '7',
    meaning: { 'zh-CN': '坏了' },
  });
  expect(read('[1, null, {"code": {"a": 1}}]').problems).toHaveLength(3);
});

test.each(['', 'just words', '{"a": 1}', '[1,', 'name,age\nx,1', '\u0000\u0001'])('%j is no such file', (text) => {
  expect(readKnownErrors(text)).toEqual({ state: 'format' });
});
