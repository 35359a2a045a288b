import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorMarks, recogniseErrors } from './recognise.ts';

const MARKS = errorMarks([
  { id: '1', code: '1501', component: 'Room SDK' },
  { id: '2', code: '1501', component: 'Player' },
  { id: '3', code: 'ERR_TOKEN_EXPIRED', component: '' },
  { id: '4', code: '-10001', component: '' },
  { id: '5', code: 'NotReadableError', component: 'browser' },
  { id: '6', code: '404', component: '' },
]);
const ids = (text: string) => recogniseErrors(text, MARKS).map(({ mark }) => mark.id);

describe('a number is an error’s', () => {
  test.each([
    ['joinRoom failed: 404', ['6']],
    ['errorCode=404', ['6']],
    ['{"code": 404, "msg": "no"}', ['6']],
    ['错误码：404，求助', ['6']],
    ['加入房间失败（404）', ['6']],
    ['error code is 404', ['6']],
    ['404', ['6']],
    ['onError code: -10001', ['4']],
  ])('%s', (text, expected) => expect(ids(text)).toEqual(expected));
});

describe('a number is no error’s', () => {
  test.each([
    'we have 404 rooms',
    'room 404',
    '2026-05-14 02:00:404',
    'uid-404',
    'v4.04.1',
    '它有404个房间',
    'error at line\n404 rooms',
  ])('%s', (text) => expect(ids(text)).toEqual([]));
});

test('words are recognised wherever they stand alone, in any case', () => {
  expect(ids('Uncaught NotReadableError: Could not start video source')).toEqual(['5']);
  expect(ids('err_token_expired!')).toEqual(['3']);
  expect(ids('MY_ERR_TOKEN_EXPIRED_TOO')).toEqual([]);
});

test('of components that share a code, the one the line names', () => {
  expect(ids('[player] error 1501')).toEqual(['2']);
  expect(ids('error 1501')).toEqual(['1', '2']);
  expect(ids('[player] fine\n[room sdk] error 1501')).toEqual(['1']);
});

test('each once, where it stands', () => {
  const text = 'error 404, and again error 404';
  const [found, ...more] = recogniseErrors(text, MARKS);
  expect(more).toEqual([]);
  expect(text.slice(found!.from, found!.to)).toBe('404');
});

test('whatever is written, it ends, and says only what is there', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('error ', '404', '1501', '\n', 'player', '：'))),
      (parts) => {
        const text = parts.join('');
        for (const { mark, from, to } of recogniseErrors(text, MARKS))
          expect(text.slice(from, to).toLowerCase()).toContain(mark.code.replace('-', '').toLowerCase());
      },
    ),
  );
});
