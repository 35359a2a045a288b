import type { DeviceField } from '../../model/fields.ts';
import { type RuleCase, seconds, type TestCall, videoCall } from '../../testing.ts';

function captureFailed(name: string): TestCall {
  return { events: [{ type: 'capture_failed', second: 1, what: 'camera', name, text: '' }] };
}

/** A device in a state, and what it sends meanwhile. */
const busy = (device: Partial<Record<DeviceField, number>>, framesPerSecond: number): TestCall => ({
  ...videoCall(seconds(20, { framesPerSecond, sourceFramesPerSecond: 30 }), 'send'),
  device: seconds(20, device),
});

const hidden = (framesPerSecond: number): TestCall => ({
  ...videoCall([...seconds(10, { framesPerSecond: 25 }), ...seconds(15, { framesPerSecond })], 'send'),
  events: [{ type: 'page_visible', second: 9, visible: false }],
});

const ended = (source: 'camera' | 'screen'): TestCall => ({
  ...videoCall(seconds(20, { framesPerSecond: 25 }), 'send', source),
  events: [{ type: 'track_ended', second: 8, trackId: 't0' }],
});

/** Of each rule a call that has the fault, and one just short of it. */
export const deviceCases: readonly RuleCase[] = [
  [
    'processor-limited',
    videoCall(seconds(20, { processorLimitedRatio: 0.9 }), 'send'),
    videoCall(seconds(20, { processorLimitedRatio: 0.45 }), 'send'),
  ],
  // A busy device that keeps up is nobody's trouble.
  ['processor-pressure', busy({ processorPressure: 3 }, 10), busy({ processorPressure: 3 }, 29)],
  ['processor-pressure', busy({ processorPressure: 2 }, 10), busy({ processorPressure: 1 }, 10)],
  ['battery-saving', busy({ batteryRatio: 0.12, charging: 0 }, 10), busy({ batteryRatio: 0.12, charging: 1 }, 10)],
  ['battery-saving', busy({ batteryRatio: 0.2, charging: 0 }, 10), busy({ batteryRatio: 0.2, charging: 0 }, 29)],
  [
    'memory-pressure',
    busy({ usedMemoryBytes: 3.9e9, memoryLimitBytes: 4e9 }, 30),
    busy({ usedMemoryBytes: 3.5e9, memoryLimitBytes: 4e9 }, 30),
  ],
  ['background-tab', hidden(3), hidden(22)],
  ['device-unplugged', ended('camera'), ended('screen')],
  ['permission-denied', captureFailed('NotAllowedError'), captureFailed('NotReadableError')],
  ['device-in-use', captureFailed('NotReadableError'), captureFailed('NotFoundError')],
  ['device-missing', captureFailed('NotFoundError'), captureFailed('OverconstrainedError')],
  ['device-unsuitable', captureFailed('OverconstrainedError'), captureFailed('NotAllowedError')],
];
