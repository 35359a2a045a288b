import type { Interval } from './business-time.ts';
import type { Calendar } from './calendar.ts';
import { readInstant, SlaInputError, writeInstant } from './input.ts';
import { openSpans, type Span } from './spans.ts';

/**
 * When the team works between two instants (R1), for whoever draws or lists it.
 * @param calendar null = round the clock
 * @returns in order, cut to what was asked for; those that adjoin are one
 * @throws SlaInputError on bad input, also when `to` lies before `from`
 */
export function openIntervals(calendar: Calendar | null, from: string, to: string): Interval[] {
  const fromMs = readInstant(from, 'from');
  const toMs = readInstant(to, 'to');
  if (toMs < fromMs) throw new SlaInputError([{ field: 'to', problem: 'lies before from' }]);
  const joined: Span[] = [];
  for (const span of openSpans(calendar, fromMs)) {
    if (span.fromMs >= toMs) break;
    const cut = { fromMs: span.fromMs, toMs: Math.min(span.toMs, toMs) };
    const last = joined.at(-1);
    if (last && last.toMs >= cut.fromMs) last.toMs = cut.toMs;
    else joined.push(cut);
  }
  return joined.map((span) => ({ from: writeInstant(span.fromMs), to: writeInstant(span.toMs) }));
}
