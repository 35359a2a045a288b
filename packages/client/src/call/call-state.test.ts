import { expect, test } from 'vitest';
import { isSame, oneself, participantsOf, steady } from './call-state.ts';

const me = oneself({ id: 'a', name: 'Ana', role: 'customer' }, undefined, 'good');
const other = { ...me, key: 'staff:b', personId: 'b', name: 'Bo', isMe: false };
const room = (speaking: boolean) => ({
  mySpeaking: () => ({ speaking: false }),
  others: () => [{ ...other, speaking }],
});

test('who is as before is the same object, and all of them the same list', () => {
  const before = participantsOf(me, room(false), null);
  expect(steady(before, participantsOf(me, room(false), null))).toBe(before);
  const now = steady(before, participantsOf(me, room(true), null));
  expect(now).not.toBe(before);
  expect(now[0]).toBe(before[0]);
  expect(now[1]).toEqual({ ...other, speaking: true });
  expect(steady(before, [before[1]!, before[0]!])).not.toBe(before);
  expect(steady(before, [])).toEqual([]);
});

test('two hold the same only with the same names and the same values', () => {
  expect(isSame({ a: 1, b: Number.NaN }, { a: 1, b: Number.NaN })).toBe(true);
  expect(isSame({ a: 1 }, { b: 1 })).toBe(false);
  expect(isSame({ a: undefined }, { b: undefined })).toBe(false);
  expect(isSame({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(isSame([1, 2], [2, 1])).toBe(false);
});
