/** A longer value is masked in its first part, characters. */
export const LONGEST_VALUE = 64 * 1024;

/** A value that stands in quotes: where its inside is. */
export type Quoted = { from: number; to: number };

/**
 * Finds a quoted value at a place, however often the text it is in was put into quotes itself: inside JSON in a string of
 * JSON a quote is `\"`, one deeper `\\\"`.
 * @returns null where no quote begins there
 */
export function quotedAt(text: string, at: number): Quoted | null {
  let from = at;
  while (text[from] === '\\') from += 1;
  const quote = text[from];
  if (quote !== '"' && quote !== "'") return null;
  const slashes = from - at;
  from += 1;
  const end = Math.min(text.length, from + LONGEST_VALUE);
  let run = 0;
  for (let index = from; index < end; index++) {
    const char = text[index];
    if (char === '\\') {
      run += 1;
      continue;
    }
    // Each level of quoting doubles the backslashes of what is quoted and adds one for the quote.
    if (char === quote && run % (2 * (slashes + 1)) === slashes) return { from, to: index - slashes };
    if (char === '\n' && slashes > 0) return { from, to: index - run };
    run = 0;
  }
  // Not in the middle of an escape.
  return { from, to: Math.max(from, end - run) };
}
