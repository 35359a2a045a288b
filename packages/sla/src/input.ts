/** One thing wrong with what was passed in: where (dotted path) and what. */
export type SlaIssue = { field: string; problem: string };

/** Input the clock refuses. Nothing has been computed. */
export class SlaInputError extends Error {
  readonly issues: SlaIssue[];

  constructor(issues: SlaIssue[]) {
    super(issues.map(({ field, problem }) => `${field}: ${problem}`).join('; '));
    this.name = 'SlaInputError';
    this.issues = issues;
  }
}

/** The last instant dates can hold on the wire with a four-digit year. */
export const LAST_INSTANT_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads an instant.
 * @param text ISO 8601 with a zone, e.g. 2026-05-14T02:00:00.000Z
 * @param field its name in an error
 * @returns ms since 1970-01-01T00:00Z
 * @throws SlaInputError on anything else, a date without a zone included: it would mean another instant on each machine
 */
export function readInstant(text: string, field: string): number {
  const ms = INSTANT.test(text) && isDayOfMonth(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new SlaInputError([{ field, problem: 'must be an ISO 8601 instant with a zone' }]);
  return ms;
}

// Date.parse takes the 30th of February for the 2nd of March.
function isDayOfMonth(text: string): boolean {
  const date = Number(text.slice(8, 10));
  return date <= 28 || date <= new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
}

/** @param ms a whole number of milliseconds, zero or more */
export function readBudget(ms: number, field: string): number {
  if (!Number.isSafeInteger(ms) || ms < 0) {
    throw new SlaInputError([{ field, problem: 'must be a whole number of milliseconds, zero or more' }]);
  }
  return ms;
}

// The same instants are written again and again: events, ends, the next cycle's start.
const written = new Map<number, string>();
const WRITTEN_MAX = 10_000;

/** Writes an instant as it goes over the wire, "2026-05-14T02:00:00.000Z". */
export function writeInstant(ms: number): string {
  const known = written.get(ms);
  if (known) return known;
  if (written.size >= WRITTEN_MAX) written.clear();
  const text = new Date(ms).toISOString();
  written.set(ms, text);
  return text;
}
