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
  /** Without a sample for longer, nothing is known: what went on is over. */
  maxGapMs: number;
  /** Times in which what is measured means nothing: muted, hidden, paused. */
  isQuiet?: (atMs: number) => boolean;
};

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
  const close = () => {
    if (open && open.samples >= minSamples && open.toMs - open.fromMs >= minMs) spans.push(open);
    open = null;
  };
  for (let index = 0; index < series.length; index++) {
    const value = series.value(field, index);
    const atMs = series.atMs(index);
    const spanMs = atMs - lastMs;
    lastMs = atMs;
    // Nothing before the first sample, or behind a gap, is known of.
    const isJoined = spanMs <= maxGapMs;
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
    }
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
