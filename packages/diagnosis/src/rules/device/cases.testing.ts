import { type RuleCase, seconds, type TestCall, videoCall } from '../../testing.ts';

function captureFailed(name: string): TestCall {
  return { events: [{ type: 'capture_failed', second: 1, what: 'camera', name, text: '' }] };
}

/** Of each rule a call that has the fault, and one just short of it. */
export const deviceCases: readonly RuleCase[] = [
  [
    'processor-limited',
    videoCall(seconds(20, { processorLimitedRatio: 0.9 }), 'send'),
    videoCall(seconds(20, { processorLimitedRatio: 0.45 }), 'send'),
  ],
  ['permission-denied', captureFailed('NotAllowedError'), captureFailed('NotReadableError')],
  ['device-in-use', captureFailed('NotReadableError'), captureFailed('NotFoundError')],
  ['device-missing', captureFailed('NotFoundError'), captureFailed('OverconstrainedError')],
  ['device-unsuitable', captureFailed('OverconstrainedError'), captureFailed('NotAllowedError')],
];
