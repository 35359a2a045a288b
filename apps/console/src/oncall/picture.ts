import { localReading, startOfLocalDate } from '@alongside/sla';

/** How much time the picture of a rotation shows, days. */
export const RANGES = { week: 7, fortnight: 14, month: 31 } as const;
export type Range = keyof typeof RANGES;

/** A stretch of whole local days, as instants in ms. */
export type Span = {
  fromMs: number;
  toMs: number;
  /** The local dates in it and when each begins; a day of a change of clocks is longer or shorter. */
  days: readonly { date: string; startMs: number }[];
};

/**
 * Whole days of a zone from the day of an instant on.
 * @param timeZone IANA
 */
export function spanOf(atMs: number, dayCount: number, timeZone: string): Span {
  const first = localReading(timeZone, new Date(atMs).toISOString()).wall.slice(0, 10);
  const days = Array.from({ length: dayCount + 1 }, (_, index) => {
    const date = dateAfter(first, index);
    return { date, startMs: Date.parse(startOfLocalDate(timeZone, date)) };
  });
  return { fromMs: days[0]!.startMs, toMs: days.at(-1)!.startMs, days: days.slice(0, -1) };
}

/** A local date so many days after another. */
export function dateAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The Monday on or before the local date of an instant, at its beginning, ms. */
export function mondayBefore(atMs: number, timeZone: string): number {
  const date = localReading(timeZone, new Date(atMs).toISOString()).wall.slice(0, 10);
  const weekday = (new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7;
  return Date.parse(startOfLocalDate(timeZone, dateAfter(date, -weekday)));
}

/** Where a stretch lies in the picture, in percent of its width; null where it lies outside. */
export function placeOf(
  { from, to }: { from: string; to: string },
  { fromMs, toMs }: Pick<Span, 'fromMs' | 'toMs'>,
): { left: number; width: number; startsBefore: boolean; endsAfter: boolean } | null {
  const [startMs, endMs] = [Math.max(Date.parse(from), fromMs), Math.min(Date.parse(to), toMs)];
  if (endMs <= startMs) return null;
  const share = (ms: number) => (100 * ms) / (toMs - fromMs);
  return {
    left: share(startMs - fromMs),
    width: share(endMs - startMs),
    startsBefore: Date.parse(from) < fromMs,
    endsAfter: Date.parse(to) > toMs,
  };
}

/** Finer than this nobody points with a mouse. */
const SNAP_MS = 30 * 60_000;

/** The instant under a pointer, to the half hour. @param share 0 at the picture's left edge, 1 at its right one */
export function instantAt(share: number, { fromMs, toMs }: Pick<Span, 'fromMs' | 'toMs'>): number {
  const ms = fromMs + Math.min(1, Math.max(0, share)) * (toMs - fromMs);
  return Math.round(ms / SNAP_MS) * SNAP_MS;
}
