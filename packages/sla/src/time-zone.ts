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
  const [startMs, endMs] = [startOfYear(year), startOfYear(year + 1)];
  let last = { startMs, endMs, offsetMs: offsetAt(tz, startMs) };
  const stretches = [last];
  for (let ms = startMs; ms < endMs; ms += PROBE_MS) {
    const untilMs = Math.min(ms + PROBE_MS, endMs) - 1;
    if (offsetAt(tz, untilMs) === last.offsetMs) continue;
    // Backwards from behind it: forwards, the library asks the machine's clock how far it should look.
    const changeMs = zonedAt(tz, untilMs + 1).getTimeZoneTransition('previous')!.epochMilliseconds;
    last.endMs = changeMs;
    last = { startMs: changeMs, endMs, offsetMs: offsetAt(tz, changeMs) };
    stretches.push(last);
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

/** So often a year is looked at. The shortest a clock ever stayed changed is an hour less than a week (Recife, 2000). */
const PROBE_MS = 5 * 86_400_000;

// Date.UTC takes the first hundred years for those of the twentieth century.
function startOfYear(year: number): number {
  return new Date(0).setUTCFullYear(year, 0, 1);
}

function zonedAt(tz: string, ms: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(tz);
}

function offsetAt(tz: string, ms: number): number {
  return zonedAt(tz, ms).offsetNanoseconds / 1_000_000;
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

/**
 * The first instant at which a wall clock shows a reading or a later one.
 * @param tz IANA name
 * @param wallMs the reading as if it were UTC, ms since 1970-01-01T00:00
 * @returns ms since 1970-01-01T00:00Z
 */
export function firstInstantFrom(tz: string, wallMs: number): number {
  for (const { startMs, endMs, offsetMs } of evenStretches(tz, wallMs - OFFSET_MAX_MS))
    if (wallMs < endMs + offsetMs) return Math.max(startMs, wallMs - offsetMs);
  return wallMs;
}
