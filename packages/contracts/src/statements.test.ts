import { expect, it } from 'vitest';
import { attainmentText } from './statements.ts';

it('attainment is never rounded up to what it is not', () => {
  expect(attainmentText({ met: 0, total: 0 })).toBe('–');
  expect(attainmentText({ met: 3, total: 3 })).toBe('100%');
  expect(attainmentText({ met: 99_999, total: 100_000 })).toBe('99.99%');
  expect(attainmentText({ met: 1, total: 3 })).toBe('33.33%');
  expect(attainmentText({ met: 57, total: 100 })).toBe('57%');
});
