import { derivedOf } from '../derived.ts';
import type { Rule } from '../rule.ts';
import { deviceFound } from './device-threshold.ts';

/** Share of what the page may have at most: V8 spends its time collecting from about 90 % on, and ends the page at 100 %. */
const THRESHOLDS = { enter: 0.9, leave: 0.8, major: 0.9, critical: 0.97 };

/** The page has nearly used up the memory it may have. */
export const memoryPressure: Rule = {
  id: 'memory-pressure',
  area: 'device',
  explains: ['video-freeze', 'low-frame-rate', 'playout-glitches'],
  thresholds: THRESHOLDS,
  find: (session) =>
    deviceFound(
      session,
      ({ device }) =>
        derivedOf(device, (index) => {
          const used = device.value('usedMemoryBytes', index);
          const limit = device.value('memoryLimitBytes', index);
          return used === null || limit === null || limit <= 0 ? null : used / limit;
        }),
      { measure: 'usedMemoryRatio', trouble: 'above', thresholds: THRESHOLDS, minMs: 7_500 },
    ),
};
