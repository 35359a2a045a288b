import type { Cycle } from '@alongside/contracts';
import { expect, it } from 'vitest';
import { changedCycles } from './changed-cycles.ts';

const cycle = (id: string, more: Partial<Cycle> = {}) =>
  ({ id, state: 'running', dueAt: '2031-05-15T09:00:00.000Z', endedAt: null, breachedAt: null, ...more }) as Cycle;

it('what a change would do: what stands elsewhere, what is over and what is new, not what only ages', () => {
  const same = cycle('a', { usedMs: 1 });
  const moved = cycle('b', { dueAt: '2031-05-15T10:00:00.000Z' });
  const over = cycle('c', { state: 'cancelled', endedAt: '2031-05-15T08:00:00.000Z' });
  const changes = changedCycles({
    before: [cycle('a', { usedMs: 2 }), cycle('b'), cycle('c')],
    after: [same, moved, over, cycle('d')],
  });
  expect(changes.map(({ before, after }) => [before?.id ?? null, after?.id ?? null])).toEqual([
    ['b', 'b'],
    ['c', 'c'],
    [null, 'd'],
  ]);
});

it('a paused promise changes with what is left of it', () => {
  const paused = (leftMs: number) => cycle('a', { state: 'paused', dueAt: null, leftMs });
  expect(changedCycles({ before: [paused(1)], after: [paused(2)] })).toHaveLength(1);
  expect(changedCycles({ before: [paused(1)], after: [paused(1)] })).toEqual([]);
});
