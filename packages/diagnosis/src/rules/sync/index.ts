import type { Rule } from '../rule.ts';
import { avOutOfSync } from './av-out-of-sync.ts';
import { clockDrift } from './clock-drift.ts';
import { timestampJump } from './timestamp-jump.ts';

/** Whether sound, picture and clocks keep step. */
export const syncRules: readonly Rule[] = [avOutOfSync, clockDrift, timestampJump];
