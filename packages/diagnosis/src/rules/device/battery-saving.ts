import { derivedOf } from '../derived.ts';
import type { Rule } from '../rule.ts';
import { isStrained } from '../strain.ts';
import { deviceFound } from './device-threshold.ts';

/** From 20 % on, unplugged, systems and browsers save (Chrome's Energy Saver, Windows and Android alike). */
const THRESHOLDS = { enter: 0.201, leave: 0.25, major: -1, critical: -1 };

/** The battery is nearly empty and the device slows itself down; told only where the call suffers at the same time. */
export const batterySaving: Rule = {
  id: 'battery-saving',
  area: 'device',
  explains: ['processor-limited', 'processor-pressure', 'encoder-overload', 'low-frame-rate'],
  thresholds: THRESHOLDS,
  find: (session) =>
    deviceFound(
      session,
      ({ device }) =>
        derivedOf(device, (index) =>
          device.value('charging', index) === 0 ? device.value('batteryRatio', index) : null,
        ),
      {
        measure: 'batteryRatio',
        trouble: 'below',
        thresholds: THRESHOLDS,
        minMs: 10_000,
        isFelt: (participantId, { fromMs, toMs }) => isStrained(session, participantId, fromMs, toMs),
      },
    ),
};
