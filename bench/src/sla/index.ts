import { benchDueDates } from './due-dates.ts';
import { benchEvaluations } from './evaluations.ts';

/** Promises kept: the arithmetic of `packages/sla` by itself. */
export async function benchSla(quick: boolean): Promise<void> {
  benchDueDates(quick ? 1 : 5);
  benchEvaluations(quick ? 1 : 5);
}
