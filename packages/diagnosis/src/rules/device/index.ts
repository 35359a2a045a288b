import type { Rule } from '../rule.ts';
import { backgroundTab } from './background-tab.ts';
import { batterySaving } from './battery-saving.ts';
import { deviceInUse, deviceMissing, deviceUnsuitable, permissionDenied } from './capture-failed.ts';
import { deviceUnplugged } from './device-unplugged.ts';
import { memoryPressure } from './memory-pressure.ts';
import { processorLimited } from './processor-limited.ts';
import { processorPressure } from './processor-pressure.ts';

/** The machine a call runs on, and what is plugged into it. */
export const deviceRules: readonly Rule[] = [
  processorLimited,
  processorPressure,
  batterySaving,
  memoryPressure,
  backgroundTab,
  deviceUnplugged,
  permissionDenied,
  deviceInUse,
  deviceMissing,
  deviceUnsuitable,
];
