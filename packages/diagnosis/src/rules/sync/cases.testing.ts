import type { RuleCase } from '../../testing.ts';

/** Of each rule a call that has the fault, and one just short of it. */
export const syncCases: readonly RuleCase[] = [];
