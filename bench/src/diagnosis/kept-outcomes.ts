import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { appendJsonLine, readJsonLines } from '../json-lines.ts';
import type { CleanOutcome, FaultOutcome } from './outcome.ts';

/** What a call was taken for when it was made. */
export type KeptOutcome = (FaultOutcome | CleanOutcome) & {
  /** Day and time. */
  at: string;
  /** Which rules judged it: see {@link rulesId}. */
  rules: string;
};

/** What was said of calls by the rules of their day, however long ago. */
export type KeptOutcomes = {
  /** @returns null where that call was not made yet */
  find(call: string): KeptOutcome | null;
  /** @returns as it is kept, if it is */
  keep(outcome: FaultOutcome | CleanOutcome): KeptOutcome;
};

const DIAGNOSIS = resolve(import.meta.dirname, '../../../packages/diagnosis/src');

/** Eight digits that change with whatever decides what is found in a live call: not with readers, words or tests. */
function rulesId(): string {
  const hash = createHash('sha256');
  const files = globSync('{model,quality,rules,stats,verdict,wire}/**/*.ts', { cwd: DIAGNOSIS });
  for (const file of files.filter((name) => !name.endsWith('.test.ts')).sort())
    hash.update(`${file}\n`).update(readFileSync(resolve(DIAGNOSIS, file)));
  return hash.digest('hex').slice(0, 8);
}

/**
 * Keeps of each call what it was taken for, in a few hundred bytes: a full run takes longer than a machine may be at hand,
 * and whoever reads its figures can look at each call they are made of.
 * @param path a file of a JSON line per call, made by the first of them; null keeps nothing
 */
export function openKeptOutcomes(path: string | null): KeptOutcomes {
  const kept = new Map((path === null ? [] : readJsonLines<KeptOutcome>(path)).map((one) => [one.call, one]));
  const rules = rulesId();
  return {
    find: (call) => kept.get(call) ?? null,
    keep(outcome) {
      const line = { ...outcome, at: new Date().toISOString(), rules };
      if (path !== null) appendJsonLine(path, line);
      return line;
    },
  };
}
