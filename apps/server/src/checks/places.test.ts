import { expect, test } from 'vitest';
import { judgeBackups } from './places.ts';

test.each([
  ['none', [], 'missing'],
  ['one on the same machine', [['10.0.0.1', '::1']], 'same_place'],
  ['one elsewhere', [['10.0.0.2']], 'distinct'],
  ['one here and one elsewhere', [['10.0.0.1'], ['10.0.0.2']], 'distinct'],
  ['one nobody knows', [[]], 'distinct'],
  ['one nobody knows yet and one here', [null, ['10.0.0.1']], 'same_place'],
] as const)('of backups, %s', (_, backups, expected) => {
  expect(judgeBackups(['10.0.0.1', '10.0.0.9'], backups)).toBe(expected);
});
