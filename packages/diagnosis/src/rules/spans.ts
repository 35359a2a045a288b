import type { ReadonlySeries } from '../model/series.ts';

/** A stretch of time in which something held, with what was measured in it. */
export type Span = {
  fromMs: number;
  toMs: number;
  samples: number;
  mean: number;
  /** The value farthest on the side of trouble. */
  worst: number;
};

export type SpanOptions = {
  trouble: 'above' | 'below';
  /** Beyond this it begins. */
  enter: number;
  /** Back at this it is over; between the two, what began goes on. */
  leave: number;
  /** So many samples in a row begin it. */
  minSamples: number;
  /** Half a second less than so many samples: those taken every two seconds are never quite that far apart. */
  minMs: number;
  /** Without a sample for longer, nothing is known: what went on is over. More where all samples are so far apart. */
  maxGapMs: number;
  /** Times in which what is measured means nothing: muted, hidden, paused. */
  isQuiet?: (atMs: number) => boolean;
};

/**
 * Some products save a report every 15, 20, 30 or 60 s: that is their pace and no gap. Of fewer samples nobody knows the
 * pace; timers are late by a fifth and more in a busy page; and of what is rarer than once a minute or so neither the
 * beginning nor the end is known.
 */
const PACE = { leastSamples: 8, times: 1.25, mostMs: 75_000 };

/** @returns how long a time without a sample is a gap in a series, at least so long */
export function gapOf(series: Pick<ReadonlySeries<never>, 'length' | 'atMs'>, leastMs: number): number {
  if (series.length < PACE.leastSamples) return leastMs;
  const steps = new Float64Array(series.length - 1);
  for (let index = 1; index < series.length; index++) steps[index - 1] = series.atMs(index) - series.atMs(index - 1);
  const usualMs = steps.sort()[steps.length >> 1]!;
  return Math.max(leastMs, Math.min(PACE.mostMs, usualMs * PACE.times));
}

/**
 * Stretches in which a measure was in trouble: entered at one threshold and left at another, over several samples in a
 * row, never across a gap. A sample stands for the time since the one before it.
 * @returns in order, without overlap
 */
export function troubleSpans<F extends string>(series: ReadonlySeries<F>, field: F, options: SpanOptions): Span[] {
  const { trouble, enter, leave, minSamples, minMs, maxGapMs, isQuiet } = options;
  const beyond = (value: number, limit: number) => (trouble === 'above' ? value > limit : value < limit);
  const spans: Span[] = [];
  let open: Span | null = null;
  let weight = 0;
  let lastMs = Number.NaN;
  let gapMs = maxGapMs;
  let isPaceKnown = false;
  let isSlow = false;
  const close = () => {
    // A camera that is off for a while halves two long samples, the one in which it goes and the one in which it comes.
    const leastSamples = isSlow ? minSamples + 1 : minSamples;
    if (open && open.samples >= leastSamples && open.toMs - open.fromMs >= minMs) spans.push(open);
    open = null;
  };
  for (let index = 0; index < series.length; index++) {
    const value = series.value(field, index);
    const atMs = series.atMs(index);
    const spanMs = atMs - lastMs;
    lastMs = atMs;
    if (spanMs > gapMs && !isPaceKnown) {
      gapMs = gapOf(series, maxGapMs);
      isPaceKnown = true;
    }
    // Nothing before the first sample, or behind a gap, is known of.
    const isJoined = spanMs <= gapMs;
    if (!isJoined || isQuiet?.(atMs)) close();
    if (value === null || isQuiet?.(atMs) || Number.isNaN(spanMs)) continue;
    if (!beyond(value, open ? leave : enter)) {
      close();
      continue;
    }
    const sinceMs = isJoined ? spanMs : 0;
    if (!open) {
      open = { fromMs: atMs - sinceMs, toMs: atMs, samples: 0, mean: 0, worst: value };
      weight = 0;
      isSlow = false;
    }
    if (isJoined && spanMs > maxGapMs) isSlow = true;
    const span: Span = open;
    span.toMs = atMs;
    span.samples += 1;
    weight += Math.max(1, sinceMs);
    span.mean += ((value - span.mean) * Math.max(1, sinceMs)) / weight;
    span.worst = trouble === 'above' ? Math.max(span.worst, value) : Math.min(span.worst, value);
  }
  close();
  return spans;
}
