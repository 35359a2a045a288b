const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Distances between lines at which one reads a duration easily. */
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 5, 7, 14, 28, 56, 112, 224].map((days) => days * DAY_MS),
];
const LINES_MAX = 5;

/**
 * Where the lines of a chart of durations are drawn: at whole minutes, hours or days, at most five above zero, the last
 * one not below the highest value.
 */
export function timeTicks(maxMs: number): number[] {
  const stepMs = STEPS_MS.find((step) => maxMs <= step * LINES_MAX) ?? Math.ceil(maxMs / LINES_MAX / DAY_MS) * DAY_MS;
  const count = Math.max(1, Math.ceil(maxMs / stepMs));
  return Array.from({ length: count + 1 }, (_, index) => index * stepMs);
}
