import { appendJsonLine, readJsonLines } from '../../json-lines.ts';
import type { CallFigures } from './call.ts';
import type { EngineName } from './engines.ts';

/** Which call of a run: the nth over one bad network by one server. */
export type CallKey = { case: string; round: number; server: EngineName };

type Kept = CallKey & { figures: CallFigures };

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
    path === null
      ? []
      : readJsonLines<Kept>(path, { nullIsNaN: true }).map(({ figures, ...key }) => [nameOf(key), figures]),
  );
  return {
    find: (key) => calls.get(nameOf(key)) ?? null,
    keep(key, figures) {
      if (path !== null) appendJsonLine(path, { ...key, at: new Date().toISOString(), figures });
    },
  };
}
