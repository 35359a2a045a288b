import type { JsonPrimitive } from './json-walk.ts';

/** All zones in use are a multiple of this apart (IANA time zone database). */
const STEP_MS = 15 * 60_000;
/** From UTC−12 to UTC+14: what is further off is no zone's doing, but days and months taken for each other. */
const APART_MAX_MS = 26 * 3_600_000;
/** A log begins when its connection is made, the polling a moment later, and it ends a moment after the last word. */
const MOMENT_MS = 60_000;

/** Whether a time is one as `toLocaleString()` writes it: in the writer's zone, without saying which. */
export function isWithoutZone(value: JsonPrimitive | undefined): boolean {
  return typeof value === 'string' && !/^[\d.]+$|Z$|[+-]\d{2}:?\d{2}$|GMT|UTC/i.test(value.trim());
}

/**
 * How far times without a zone are off because they were read in another zone than they were written in: by what they
 * must be moved so that the log begins with the statistics of its connection. A log that began well before them stays
 * where it is unless a move makes them begin together to the minute: older statistics may be gone, or were not yet looked
 * at.
 * @param logMs when each entry was written, as read; of one connection
 * @param fromMs first statistic of that connection
 * @param toMs its last one: nothing is written to the log after it
 * @returns a multiple of 15 minutes in ms, to be added
 */
export function zoneShiftMs(logMs: readonly number[], fromMs: number, toMs: number): number {
  const first = logMs.reduce((least, atMs) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
  const last = logMs.reduce((most, atMs) => Math.max(most, atMs), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(first) || !Number.isFinite(fromMs) || !Number.isFinite(toMs)) return 0;
  const byStart = stepped(Math.round((fromMs - first) / STEP_MS));
  const beginTogether = Math.abs(first + byStart - fromMs) <= MOMENT_MS;
  const fits = last + byStart <= toMs + MOMENT_MS;
  const isPossible = first <= fromMs + MOMENT_MS && last <= toMs + MOMENT_MS;
  const shift = fits && (beginTogether || !isPossible) ? byStart : isPossible ? 0 : byEnd(last, toMs);
  return Math.abs(shift) <= APART_MAX_MS ? shift : 0;
}

/** The least move that leaves nothing after the end. */
const byEnd = (last: number, toMs: number) => stepped(Math.floor((toMs + MOMENT_MS - last) / STEP_MS));

// Not −0, which no test and no reader of figures expects.
const stepped = (steps: number) => steps * STEP_MS + 0;
