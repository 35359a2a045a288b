import { expect, test } from 'vitest';
import { recogniseInLogs } from './in-logs.ts';
import { errorMarks } from './recognise.ts';

const MARKS = errorMarks([
  { id: '1', code: '1501', component: '' },
  { id: '2', code: 'ERR_TOKEN_EXPIRED', component: '' },
]);
const line = (text: string, atMs: number | null = null) => ({ text, atMs, participantId: 'p', level: null });

test('each known error once, with its lines counted and the first of them told, the most frequent first', () => {
  const logs = [
    line('joined with 1501 streams', 1_000),
    line('join failed: ERR_TOKEN_EXPIRED', 2_000),
    line('publish failed, code=1501', 3_000),
    line('publish failed, code=1501 again, code=1501', 4_000),
  ];
  expect(recogniseInLogs(logs, MARKS)).toEqual([
    { mark: expect.objectContaining({ code: '1501' }), count: 2, firstAtMs: 3_000 },
    { mark: expect.objectContaining({ code: 'ERR_TOKEN_EXPIRED' }), count: 1, firstAtMs: 2_000 },
  ]);
});

test('no more than asked for, and none where nothing is known', () => {
  const logs = [line('ERR_TOKEN_EXPIRED'), line('error 1501'), line('ERR_TOKEN_EXPIRED')];
  expect(recogniseInLogs(logs, MARKS, 1)).toEqual([expect.objectContaining({ count: 2, firstAtMs: null })]);
  expect(recogniseInLogs(logs, errorMarks([]))).toEqual([]);
});
