import { Temporal } from 'temporal-polyfill';

/** A stretch of time during which a zone's wall clock runs evenly: wall = instant + offset. */
export type EvenStretch = { startMs: number; endMs: number; offsetMs: number };

/** Whether the runtime knows this IANA zone. Bare offsets such as +08:00 are refused: they know no change of clocks. */
export function isTimeZone(tz: string): boolean {
  if (!/^[A-Za-z]/.test(tz)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: tz });
    return true;
  } catch {
    return false;
  }
}

// A year of one zone costs about a millisecond to find; zones and years asked for are few and never change meanwhile.
const yearsByZone = new Map<string, Map<number, EvenStretch[]>>();
const YEARS_KEPT_MAX = 20_000;
let yearsKept = 0;

/**
 * The stretches between changes of the clock, in order and without holes.
 * @param tz IANA name
 * @param fromMs where the first one begins (cut)
 */
export function* evenStretches(tz: string, fromMs: number): Generator<EvenStretch> {
  for (let year = new Date(fromMs).getUTCFullYear(); year <= 9999; year += 1) {
    for (const stretch of stretchesOfYear(tz, year)) {
      if (stretch.endMs > fromMs) yield { ...stretch, startMs: Math.max(stretch.startMs, fromMs) };
    }
  }
}

function stretchesOfYear(tz: string, year: number): EvenStretch[] {
  const known = yearsByZone.get(tz)?.get(year);
  if (known) return known;
  const endMs = Date.UTC(year + 1, 0, 1);
  const stretches: EvenStretch[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(Date.UTC(year, 0, 1)).toZonedDateTimeISO(tz);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    const stretchEndMs = next === null ? endMs : Math.min(endMs, next.epochMilliseconds);
    stretches.push({ startMs: at.epochMilliseconds, endMs: stretchEndMs, offsetMs: at.offsetNanoseconds / 1_000_000 });
    if (next === null || next.epochMilliseconds >= endMs) break;
    at = next;
  }
  if (yearsKept >= YEARS_KEPT_MAX) {
    yearsByZone.clear();
    yearsKept = 0;
  }
  const years = yearsByZone.get(tz) ?? new Map<number, EvenStretch[]>();
  yearsByZone.set(tz, years.set(year, stretches));
  yearsKept += 1;
  return stretches;
}

/** No zone was ever further from UTC than this. */
const OFFSET_MAX_MS = 16 * 3_600_000;

/**
 * The instant at which a wall clock shows a reading.
 * One that the clock skips is taken as much later as was skipped; of one that comes twice the first counts.
 * @param tz IANA name
 * @param wallMs the reading as if it were UTC, ms since 1970-01-01T00:00
 * @returns ms since 1970-01-01T00:00Z
 */
export function instantOfWall(tz: string, wallMs: number): number {
  let lastOffsetMs = 0;
  for (const { startMs, endMs, offsetMs } of evenStretches(tz, wallMs - OFFSET_MAX_MS)) {
    // The first stretch is cut, but begins before the reading in any zone.
    if (wallMs < startMs + offsetMs) return wallMs - lastOffsetMs;
    if (wallMs < endMs + offsetMs) return wallMs - offsetMs;
    lastOffsetMs = offsetMs;
  }
  return wallMs - lastOffsetMs;
}
