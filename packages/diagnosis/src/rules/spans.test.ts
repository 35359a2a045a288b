import { expect, test } from 'vitest';
import { Series } from '../model/series.ts';
import { type SpanOptions, troubleSpans } from './spans.ts';

const OPTIONS: SpanOptions = { trouble: 'above', enter: 10, leave: 5, minSamples: 2, minMs: 1_000, maxGapMs: 3_000 };

function series(values: (number | null)[], stepMs = 1_000): Series<'rttMs'> {
  const made = new Series<'rttMs'>();
  for (const [index, rttMs] of values.entries()) made.append(index * stepMs, { rttMs });
  return made;
}
const spans = (values: (number | null)[], more: Partial<SpanOptions> = {}) =>
  troubleSpans(series(values), 'rttMs', { ...OPTIONS, ...more }).map(({ fromMs, toMs }) => [
    fromMs / 1_000,
    toMs / 1_000,
  ]);

test('begins beyond one threshold and goes on down to the other', () => {
  expect(spans([0, 0, 12, 7, 6, 5, 5])).toEqual([[1, 4]]);
  expect(spans([0, 0, 9, 9, 9])).toEqual([]);
});

test('one sample is none', () => {
  expect(spans([0, 0, 99, 0, 99, 0])).toEqual([]);
});

test('does not reach across a gap, nor through what is quiet', () => {
  const made = series([0, 12, 12]);
  made.append(20_000, { rttMs: 12 });
  made.append(21_000, { rttMs: 12 });
  made.append(22_000, { rttMs: 12 });
  expect(troubleSpans(made, 'rttMs', OPTIONS).map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
    [0, 2_000],
    [20_000, 22_000],
  ]);
  expect(spans([0, 12, 12, 12, 12, 12, 12], { isQuiet: (atMs) => atMs === 3_000 })).toEqual([
    [0, 2],
    [3, 6],
  ]);
});

test('samples that are all far apart are no gaps, a longer time between them is one', () => {
  const every = (stepMs: number, values: number[], more: Partial<SpanOptions> = {}) =>
    troubleSpans(series(values, stepMs), 'rttMs', { ...OPTIONS, ...more }).map(({ fromMs, toMs }) => toMs - fromMs);
  const high = (count: number) => [0, ...Array.from({ length: count }, () => 12)];
  for (const stepMs of [15_000, 20_000, 30_000, 60_000]) {
    expect(every(stepMs, high(7))).toEqual([7 * stepMs]);
    // Of so few nobody knows the pace.
    expect(every(stepMs, high(6))).toEqual([]);
  }
  expect(every(76_000, high(20))).toEqual([]);
  // What changes within two long samples is half in each of them.
  expect(every(20_000, [0, 0, 0, 12, 12, 0, 0, 0, 0])).toEqual([]);
  expect(every(20_000, [0, 0, 0, 12, 12, 12, 0, 0, 0])).toEqual([60_000]);
  expect(every(2_500, [0, 0, 0, 12, 12, 0, 0, 0, 0])).toEqual([5_000]);
  const made = series(high(7), 20_000);
  for (const [index, late] of [24_000, 26_000, 20_000, 20_000, 20_000].entries())
    made.append(made.atMs(7 + index) + late, { rttMs: 12 });
  expect(troubleSpans(made, 'rttMs', OPTIONS).map(({ toMs }) => toMs / 1_000)).toEqual([164, 250]);
});

test('what was not measured neither begins nor ends it', () => {
  expect(spans([0, 12, null, 12, 0])).toEqual([[0, 3]]);
});

test('tells the mean over time and the worst, on either side', () => {
  const [span] = troubleSpans(series([0, 20, 40]), 'rttMs', OPTIONS);
  expect(span).toMatchObject({ mean: 30, worst: 40, samples: 2 });
  const [low] = troubleSpans(series([20, 4, 2]), 'rttMs', { ...OPTIONS, trouble: 'below', enter: 5, leave: 8 });
  expect(low).toMatchObject({ mean: 3, worst: 2 });
});
