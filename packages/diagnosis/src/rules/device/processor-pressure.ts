import { derivedOf } from '../derived.ts';
import type { Rule } from '../rule.ts';
import { isStrained } from '../strain.ts';
import { deviceFound } from './device-threshold.ts';

/** The platform calls it serious (2) or critical (3): W3C Compute Pressure, section 4.1; heat and throttling count in it. */
const THRESHOLDS = { enter: 1.5, leave: 1.2, major: 1.5, critical: 2.8 };

/** The whole device is at its limit, whatever keeps it busy; told only where the call suffers at the same time. */
export const processorPressure: Rule = {
  id: 'processor-pressure',
  area: 'device',
  explains: [
    'processor-limited',
    'encoder-overload',
    'decoder-overload',
    'playout-glitches',
    'low-frame-rate',
    'video-freeze',
    'choppy-audio',
  ],
  thresholds: THRESHOLDS,
  find: (session) =>
    deviceFound(session, ({ device }) => derivedOf(device, (index) => device.value('processorPressure', index)), {
      measure: 'processorPressure',
      trouble: 'above',
      thresholds: THRESHOLDS,
      minMs: 5_500,
      isFelt: (participantId, { fromMs, toMs }) => isStrained(session, participantId, fromMs, toMs),
    }),
};
