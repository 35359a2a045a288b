/** What a cell holds; null is an empty one. */
export type Cell = string | number | null;

/** Spreadsheets take the file for UTF-8 only with this in front. */
const BYTE_ORDER_MARK = '\ufeff';
/** A cell beginning so would be run as a formula. */
const RUNS = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * A table as CSV (RFC 4180): quotes where they are needed, CRLF after every line. Text that a spreadsheet would run as
 * a formula gets an apostrophe in front, which spreadsheets take for "this is text"; numbers stay numbers.
 */
export function csv(header: readonly string[], rows: Iterable<readonly Cell[]>): Buffer {
  const lines = [header, ...rows].map((cells) => `${cells.map(cellText).join(',')}\r\n`);
  return Buffer.from(BYTE_ORDER_MARK + lines.join(''), 'utf8');
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = RUNS.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
