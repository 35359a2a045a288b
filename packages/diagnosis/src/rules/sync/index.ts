import type { Rule } from '../rule.ts';

/** Whether sound, picture and clocks keep step. */
export const syncRules: readonly Rule[] = [];
