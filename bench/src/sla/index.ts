import { benchDesk } from './desk-part.ts';
import { benchDueDates } from './due-dates.ts';
import { benchEvaluations } from './evaluations.ts';

/** Promises kept: the arithmetic of `packages/sla` by itself, then the desk with its database and its timers. */
export async function benchSla(quick: boolean): Promise<void> {
  benchDueDates(quick ? 1 : 5);
  benchEvaluations(quick ? 1 : 5);
  await benchDesk(quick ? { clocks: 5_000, due: 1_000 } : { clocks: 100_000, due: 10_000 });
}
