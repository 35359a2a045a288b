import type { Rule } from '../rule.ts';
import { iceFailed } from './ice-failed.ts';

/** Whether and how two ends find each other and agree. */
export const connectionRules: readonly Rule[] = [iceFailed];
