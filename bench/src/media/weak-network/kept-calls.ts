import { appendFileSync, readFileSync } from 'node:fs';
import type { CallFigures } from './call.ts';
import type { EngineName } from './engines.ts';

/** Which call of a run: the nth over one bad network by one server. */
export type CallKey = { case: string; round: number; server: EngineName };

/** Calls that need not be made once more. */
export type KeptCalls = {
  /** @returns null where that call was not made yet */
  find(key: CallKey): CallFigures | null;
  keep(key: CallKey, figures: CallFigures): void;
};

/**
 * Keeps what was measured of each call, so that a run of an hour and a half can be made in pieces.
 * @param path a file of a JSON line per call, made by the first of them; null keeps nothing
 */
export function openKeptCalls(path: string | null): KeptCalls {
  const nameOf = (key: CallKey) => `${key.case}, ${key.server}, ${key.round}`;
  const calls = new Map<string, CallFigures>(
    path === null ? [] : linesOf(path).map(({ figures, ...key }) => [nameOf(key), figures]),
  );
  return {
    find: (key) => calls.get(nameOf(key)) ?? null,
    keep(key, figures) {
      if (path !== null) appendFileSync(path, `${JSON.stringify({ ...key, at: new Date().toISOString(), figures })}\n`);
    },
  };
}

function linesOf(path: string): (CallKey & { figures: CallFigures })[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const lines = text.split('\n').filter((line) => line !== '');
  // What could not be measured is NaN, which JSON has not.
  return lines.map((line) => JSON.parse(line, (_, value) => value ?? Number.NaN));
}
