import type { BrowserFacts } from '../browser.ts';
import type { DeviceProblem, DeviceProblemReason } from './model.ts';

/** Of a device that was never open none can be gone. */
type OpeningReason = Exclude<DeviceProblemReason, 'gone'>;

/**
 * Why a device could not be had, in terms a person can act upon.
 * Names of errors: Media Capture and Streams, section 10.2 (getUserMedia), and Screen Capture, section 5.1; the texts that
 * tell the system's refusal from the browser's are Chromium's.
 * @param thrown what getUserMedia or getDisplayMedia rejected with
 * @param isSecure `window.isSecureContext`: on plain http browsers hide all devices
 */
export function explainDeviceError(
  thrown: unknown,
  kind: DeviceProblem['kind'],
  browser: Pick<BrowserFacts, 'name' | 'platform'>,
  isSecure: boolean,
): DeviceProblem & { reason: OpeningReason } {
  const { name = '', message = '' } = (thrown ?? {}) as { name?: string; message?: string };
  return { reason: reasonOf(name, message, kind, isSecure), kind, browser: browser.name, platform: browser.platform };
}

function reasonOf(name: string, message: string, kind: DeviceProblem['kind'], isSecure: boolean): OpeningReason {
  if (!isSecure) return 'insecure-context';
  switch (name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
      if (/system/i.test(message)) return 'system-blocked';
      // A screen is asked for each time: saying no there means no more than not now.
      return kind === 'screen' && !/polic/i.test(message) ? 'cancelled' : 'blocked';
    case 'SecurityError':
      return 'blocked';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'no-device';
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'in-use';
    case 'NotSupportedError':
    case 'TypeError':
    case 'DeviceUnsupportedError':
      return 'unsupported';
    default:
      return 'unknown';
  }
}
