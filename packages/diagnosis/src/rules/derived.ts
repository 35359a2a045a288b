import { type ReadonlySeries, Series } from '../model/series.ts';
import type { Track } from '../model/session.ts';
import type { Evidence } from './finding.ts';
import type { Found } from './rule.ts';
import type { Span } from './spans.ts';
import { confidenceOf, ofTrack, severityOf } from './subjects.ts';

/**
 * Without a sample for longer, nothing is known of a track, ms. Firefox and old dumps sample every few seconds, Jitsi's
 * rtcstats every 10, give or take what timers do to it.
 */
export const MAX_GAP_MS = 12_500;

/**
 * A measure made of several, sample by sample.
 * @param valueAt null where it says nothing
 * @param index of the sample, and the time since the one before it, ms (NaN for the first)
 */
export function derivedOf(
  samples: Pick<ReadonlySeries<never>, 'length' | 'atMs'>,
  valueAt: (index: number, spanMs: number) => number | null,
): Series<'value'> {
  const series = new Series<'value'>();
  for (let index = 0; index < samples.length; index++) {
    const atMs = samples.atMs(index);
    series.append(atMs, { value: valueAt(index, index === 0 ? Number.NaN : atMs - samples.atMs(index - 1)) });
  }
  return series;
}

/** A span of a track as a finding: how bad and how sure by its mean. */
export function foundOf(
  track: Track,
  span: Span,
  by: {
    measure: Evidence['measure'];
    threshold: number;
    trouble: 'above' | 'below';
    steps: { major: number; critical: number };
    facts?: Record<string, string | number>;
    also?: Evidence[];
    /** What makes it less sure, 0 to 1. */
    trust?: number;
  },
): Found {
  const { measure, threshold, trouble, steps, facts = {}, also = [], trust = 1 } = by;
  const limit = Math.abs(threshold);
  const mean = Math.abs(span.mean);
  const excess = trouble === 'above' || threshold < 0 ? mean / limit : limit / Math.max(mean, limit / 10);
  return {
    subject: ofTrack(track),
    fromMs: span.fromMs,
    toMs: span.toMs,
    severity: severityOf(span.mean, steps, trouble),
    confidence: Math.round(confidenceOf(span.samples, excess) * trust * 100) / 100,
    evidence: [{ measure, value: span.mean, worst: span.worst, threshold, trouble }, ...also],
    facts,
  };
}

/** @returns the mean of a measure over a stretch of time; null where it was not measured */
export function meanOver<F extends Parameters<Track['samples']['value']>[0]>(
  samples: Track['samples'],
  field: F,
  fromMs: number,
  toMs: number,
): number | null {
  let sum = 0;
  let count = 0;
  for (let index = samples.indexAt(fromMs); index < samples.length && samples.atMs(index) <= toMs; index++) {
    const value = samples.value(field, index);
    if (value === null) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? null : sum / count;
}
