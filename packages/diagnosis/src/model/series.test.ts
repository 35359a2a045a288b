import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Series } from './series.ts';

test('holds what was measured, and null where nothing was', () => {
  const series = new Series<'rttMs' | 'jitterMs'>();
  series.append(10, { rttMs: 5 });
  series.append(20, { rttMs: null, jitterMs: 3 });
  expect([series.value('rttMs', 0), series.value('rttMs', 1)]).toEqual([5, null]);
  expect([series.value('jitterMs', 0), series.value('jitterMs', 1)]).toEqual([null, 3]);
  expect(series.value('rttMs', 2)).toBeNull();
  expect(series.has('rttMs')).toBe(true);
  expect(new Series<'rttMs'>().has('rttMs')).toBe(false);
});

test('takes only what is later', () => {
  const series = new Series<'rttMs'>();
  expect([10, 10, 9, Number.NaN, 1e18, 11].map((atMs) => series.append(atMs, { rttMs: atMs }))).toEqual([
    true,
    false,
    false,
    false,
    false,
    true,
  ]);
  expect(series.length).toBe(2);
});

test('what another measured goes to the sample it belongs to', () => {
  const series = new Series<'rttMs'>();
  for (const atMs of [10, 20, 30]) series.append(atMs, {});
  series.amend(15, { rttMs: 1 });
  series.amend(99, { rttMs: 2 });
  expect([0, 1, 2].map((index) => series.value('rttMs', index))).toEqual([null, 1, 2]);
});

test('however many there are, each is found again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), { maxLength: 200 }),
      (values) => {
        const series = new Series<'rttMs'>();
        for (const [index, value] of values.entries()) series.append(index * 7, { rttMs: value });
        expect(Array.from({ length: series.length }, (_, index) => series.value('rttMs', index))).toEqual(values);
        for (const [index] of values.entries()) expect(series.indexAt(index * 7 - 3)).toBe(index);
      },
    ),
  );
});

test('forgets what is before an instant, and goes on as if it had begun there', () => {
  const series = new Series<'rttMs' | 'jitterMs'>();
  for (let atMs = 0; atMs < 400; atMs += 10)
    series.append(atMs, { rttMs: atMs, ...(atMs < 350 ? { jitterMs: 1 } : {}) });
  series.forgetBefore(345);
  expect([series.length, series.atMs(0), series.value('rttMs', 0), series.value('jitterMs', 0)]).toEqual([
    5,
    350,
    350,
    null,
  ]);
  series.append(400, {});
  expect([series.length, series.value('rttMs', 5), series.value('jitterMs', 5)]).toEqual([6, null, null]);
  series.forgetBefore(1_000);
  expect(series.length).toBe(0);
  series.append(1_000, { jitterMs: 2 });
  expect([series.value('rttMs', 0), series.value('jitterMs', 0)]).toEqual([null, 2]);
});
