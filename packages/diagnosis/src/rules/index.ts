import { audioRules } from './audio/index.ts';
import { connectionRules } from './connection/index.ts';
import { deviceRules } from './device/index.ts';
import { networkRules } from './network/index.ts';
import type { Rule } from './rule.ts';
import { syncRules } from './sync/index.ts';
import { videoRules } from './video/index.ts';

/** Every rule, by the area it concerns. */
export const RULES: readonly Rule[] = [
  ...networkRules,
  ...connectionRules,
  ...audioRules,
  ...videoRules,
  ...syncRules,
  ...deviceRules,
];
