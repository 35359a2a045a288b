import { describe, expect, it } from 'vitest';
import { explainDeviceError } from './device-problem.ts';

const CHROME = { name: 'chrome', platform: 'windows' } as const;
const error = (name: string, message = '') => ({ name, message });

describe('explainDeviceError', () => {
  it('names the reason a person can act upon', () => {
    const reasons = [
      ['NotAllowedError', 'Permission denied', 'microphone', 'blocked'],
      ['NotAllowedError', 'Permission dismissed', 'camera', 'blocked'],
      ['NotAllowedError', 'Permission denied by system', 'camera', 'system-blocked'],
      ['NotAllowedError', 'Permission denied', 'screen', 'cancelled'],
      ['NotAllowedError', 'Access disallowed by permissions policy', 'screen', 'blocked'],
      ['NotFoundError', 'Requested device not found', 'microphone', 'no-device'],
      ['OverconstrainedError', '', 'camera', 'no-device'],
      ['NotReadableError', 'Could not start video source', 'camera', 'in-use'],
      ['TypeError', 'mediaDevices is undefined', 'camera', 'unsupported'],
      ['Surprise', '', 'camera', 'unknown'],
    ] as const;
    for (const [name, message, kind, reason] of reasons) {
      expect(explainDeviceError(error(name, message), kind, CHROME, true), `${name} ${message}`).toEqual({
        reason,
        kind,
        browser: 'chrome',
        platform: 'windows',
      });
    }
  });

  it('blames the address first where the page is not secure', () => {
    expect(explainDeviceError(error('TypeError'), 'microphone', CHROME, false).reason).toBe('insecure-context');
    expect(explainDeviceError(undefined, 'microphone', CHROME, true).reason).toBe('unknown');
  });
});
