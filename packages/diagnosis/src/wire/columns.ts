import type { ReadonlySeries } from '../model/series.ts';
import type { WireColumns } from './sample-rows.ts';

type Digits<F extends string> = Readonly<Record<F, number>>;

/** @returns the measures of a series at some of its instants; those never measured are left out */
export function columnsOf<F extends string>(
  series: ReadonlySeries<F>,
  digits: Digits<F>,
  instants: readonly number[],
): WireColumns {
  const columns: WireColumns = {};
  for (const field of Object.keys(digits) as F[]) {
    if (!series.has(field)) continue;
    const scale = 10 ** digits[field];
    let last = 0;
    let isMeasured = false;
    const column = instants.map((atMs) => {
      const index = series.indexAt(atMs);
      const value = series.atMs(index) === atMs ? series.value(field, index) : null;
      const steps = value === null ? Number.NaN : Math.round(value * scale);
      if (!Number.isSafeInteger(steps) || !Number.isSafeInteger(steps - last)) return null;
      const step = steps - last;
      last = steps;
      isMeasured = true;
      return step + 0;
    });
    if (isMeasured) columns[field] = column;
  }
  return columns;
}

/** @returns for each instant what was measured at it; null where nothing was */
export function samplesOf<F extends string>(
  columns: WireColumns,
  digits: Digits<F>,
  count: number,
): (Partial<Record<F, number>> | null)[] {
  const samples: (Partial<Record<F, number>> | null)[] = Array.from({ length: count }, () => null);
  for (const field of Object.keys(columns) as F[]) {
    if (!Object.hasOwn(digits, field)) continue;
    const scale = 10 ** digits[field];
    let steps = 0;
    columns[field]?.forEach((step, index) => {
      if (step === null || index >= count) return;
      steps += step;
      const sample: Partial<Record<F, number>> = samples[index] ?? {};
      sample[field] = steps / scale;
      samples[index] = sample;
    });
  }
  return samples;
}
