import type { Track } from '../../model/session.ts';
import type { LossField } from './loss-field.ts';

/** Fewer say nothing of a pattern. */
const LEAST = { samples: 5, lostPackets: 20 };

/**
 * The variance between neighbouring samples over that of independent losses at the same rate. Independent losses give 1 on
 * average; bursts of mean length b after Gilbert (1960), as in RFC 3611's burst and gap metrics, about 2b − 1.
 */
const DISPERSION = { random: 2, bursts: 3 };

/**
 * The mean of squared differences of neighbours scatters by √(3/n) around its expectation (von Neumann, 1941, “Distribution of
 * the ratio of the mean square successive difference to the variance”): of n samples, three times that may be chance.
 */
const CHANCE = 5;

/**
 * Reports of the other end are of their own stretches of time, about half as long; and what is asked for again is asked for
 * once, twice or three times: both scatter more.
 */
const REPORTED = 2;

export type LossPattern = 'loss-random' | 'loss-bursts' | 'loss-pattern-unknown';

/**
 * Tells losses that hit packets one by one (a weak radio link) from losses in bursts (a queue that overflows, a handover).
 * Neighbours are compared, so that a rate that changes slowly is no burst.
 */
export function lossPattern(
  { samples, direction }: Track,
  field: LossField,
  fromMs: number,
  toMs: number,
): LossPattern {
  const rows: { ratio: number; sent: number }[] = [];
  for (let index = samples.indexAt(fromMs); index < samples.length && samples.atMs(index) <= toMs; index++) {
    const ratio = samples.value(field, index);
    const packets = samples.value('packets', index);
    if (ratio === null || packets === null || packets <= 0) continue;
    rows.push({ ratio, sent: direction === 'receive' ? packets / Math.max(0.01, 1 - ratio) : packets });
  }
  const sent = rows.reduce((sum, row) => sum + row.sent, 0);
  const lost = rows.reduce((sum, row) => sum + row.ratio * row.sent, 0);
  if (rows.length < LEAST.samples || lost < LEAST.lostPackets) return 'loss-pattern-unknown';
  const mean = lost / sent;
  const single = mean * (1 - mean);
  if (single <= 0) return 'loss-bursts';
  let dispersion = 0;
  for (let index = 1; index < rows.length; index++) {
    const [before, now] = [rows[index - 1]!, rows[index]!];
    dispersion += (now.ratio - before.ratio) ** 2 / (single * (1 / before.sent + 1 / now.sent)) / (rows.length - 1);
  }
  const bursts = Math.max(DISPERSION.bursts, DISPERSION.random + CHANCE / Math.sqrt(rows.length));
  if (dispersion >= bursts * (field === 'lossRatio' ? 1 : REPORTED)) return 'loss-bursts';
  return dispersion < DISPERSION.random ? 'loss-random' : 'loss-pattern-unknown';
}
