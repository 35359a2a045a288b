import { expect, test } from 'vitest';
import { Renumbering } from './renumbering.ts';

test('what is left out takes no number, what is missing keeps one, over the wrap of both', () => {
  const numbers = new Renumbering(16, 65_534);
  numbers.begin(65_535);
  expect(numbers.take(65_535, 0)).toBe(65_534);
  numbers.leaveOut(0, 0);
  expect(numbers.take(3, 0), 'two are missing').toBe(1);
  expect([numbers.late(2), numbers.late(2)]).toEqual([0, -1]);
  expect(numbers.late(0), 'it was left out').toBe(-1);
  expect(numbers.ahead(1)).toBe(-2);
  expect([numbers.abandonHole(), numbers.abandonHole()]).toEqual([65_535, -1]);
  numbers.begin(500);
  expect(numbers.take(500, 0), 'another stream goes on').toBe(2);
  expect(numbers.late(3)).toBe(-1);
});

test('numbers are kept for a second and a half at any rate', () => {
  const numbers = new Renumbering(64, 0);
  numbers.begin(0);
  let source = 0;
  // Three thousand packets a second; each hundredth is missing.
  for (let i = 0; i < 6_000; i++) {
    if (i % 100 !== 99) numbers.take(source, i / 3);
    source = (source + 1) & 0xffff;
  }
  let kept = 0;
  for (let back = 0; back < 4_400; back++) if (numbers.late((source - back) & 0xffff) >= 0) kept++;
  expect(kept).toBeGreaterThanOrEqual(43);
});
