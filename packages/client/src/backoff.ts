/** No wait between attempts is longer than this, ms. */
export const BACKOFF_CAP_MS = 15_000;

/**
 * How long to wait before attempt number `failures + 1`. Doubles from half a second up to the cap, and is spread over
 * the upper half of that, so that a thousand pages cut at once do not come back at once.
 * @param failures how many attempts failed in a row, from 1
 * @param random uniform in [0, 1)
 * @returns ms, at most `BACKOFF_CAP_MS`
 */
export function backoffMs(failures: number, random: number): number {
  const ceiling = Math.min(BACKOFF_CAP_MS, 500 * 2 ** Math.min(20, Math.max(0, failures - 1)));
  return Math.round(ceiling * (0.5 + 0.5 * random));
}
