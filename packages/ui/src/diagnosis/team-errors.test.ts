import { describe, expect, it } from 'vitest';
import { withErrorsOf } from './team-errors.ts';

const MINUTE_MS = 60_000;
const [OURS, THEIRS, GONE] = ['00000000-0000-4000-8000-00000000000a', 'b', 'c'] as const;

function document(
  fromMs: number,
  toMs: number,
  knownErrors: { id: string; count: number; firstAtMs: number | null }[],
) {
  return { format: 'log', diagnosis: { fromMs, toMs, knownErrors } };
}

describe('the known errors of a file that is read once more', () => {
  const recorded = document(0, 5 * MINUTE_MS, [{ id: THEIRS, count: 3, firstAtMs: 10 }]);

  it('has what only this reader looks for, told from the beginning its sender saw', () => {
    const zoneMs = 8 * 60 * MINUTE_MS;
    const again = document(zoneMs, zoneMs + 5 * MINUTE_MS, [
      { id: THEIRS, count: 3, firstAtMs: zoneMs + 10 },
      { id: OURS, count: 9, firstAtMs: zoneMs + 40 },
      { id: GONE, count: 1, firstAtMs: null },
    ]);
    expect(withErrorsOf(recorded, [again])).toEqual([
      { id: OURS, count: 9, firstAtMs: 40 },
      { id: THEIRS, count: 3, firstAtMs: 10 },
      { id: GONE, count: 1, firstAtMs: null },
    ]);
  });

  it('takes of an archive the same document, and none rather than another', () => {
    const others = [document(0, 7, [{ id: OURS, count: 1, firstAtMs: 1 }]), document(0, 8, [])];
    expect(withErrorsOf(recorded, others)).toEqual(recorded.diagnosis.knownErrors);
    const same = document(0, 5 * MINUTE_MS, [{ id: OURS, count: 2, firstAtMs: 1 }]);
    expect(withErrorsOf(recorded, [...others, same]).map(({ id }) => id)).toEqual([THEIRS, OURS]);
  });

  it('forgets nothing its sender found, whatever the catalogue says now', () => {
    expect(withErrorsOf(recorded, [document(0, 5 * MINUTE_MS, [])])).toEqual(recorded.diagnosis.knownErrors);
    expect(withErrorsOf(recorded, [])).toEqual(recorded.diagnosis.knownErrors);
  });
});
