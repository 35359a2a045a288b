import type { DrillRun } from '@alongside/desk';
import type { DrillRow } from './tables.ts';

/** What is needed of a drill that was filed to read its ticket's log. */
export function runOf({ filedAt, endedAt, withCall, dueAt }: DrillRow): DrillRun {
  return {
    filedAt: filedAt!.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    withCall,
    dueAt: dueAt?.toISOString() ?? null,
  };
}
