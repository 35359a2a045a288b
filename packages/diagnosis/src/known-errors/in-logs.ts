import type { LogLine } from '../model/session.ts';
import { type ErrorMark, type ErrorMarks, recogniseErrors } from './recognise.ts';

/** A known error in the logs of a session. */
export type LoggedError<M extends ErrorMark> = {
  mark: M;
  /** In how many lines. */
  count: number;
  /** Of the first of them; null where it tells no time. */
  firstAtMs: number | null;
};

/**
 * Finds the known errors that a session's logs speak of, each once.
 * @param max so many in all: the first ones
 * @returns those in the most lines first
 */
export function recogniseInLogs<M extends ErrorMark>(
  logs: readonly LogLine[],
  marks: ErrorMarks<M>,
  max = 20,
): LoggedError<M>[] {
  const found = new Map<string, LoggedError<M>>();
  if (marks.size === 0) return [];
  for (const { text, atMs } of logs) {
    for (const { mark } of recogniseErrors(text, marks)) {
      const known = found.get(mark.id);
      if (known) known.count += 1;
      else if (found.size < max) found.set(mark.id, { mark, count: 1, firstAtMs: atMs });
    }
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}
