import type { Rule } from '../rule.ts';
import { deviceInUse, deviceMissing, deviceUnsuitable, permissionDenied } from './capture-failed.ts';
import { processorLimited } from './processor-limited.ts';

/** The machine a call runs on, and what is plugged into it. */
export const deviceRules: readonly Rule[] = [
  processorLimited,
  permissionDenied,
  deviceInUse,
  deviceMissing,
  deviceUnsuitable,
];
