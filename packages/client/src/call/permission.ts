import type { Store } from '../store.ts';
import type { DeviceSnapshot } from './model.ts';

/**
 * Whether this page may use the microphone without asking, as far as the browser tells: where it does not, a microphone that
 * was in use before counts as allowed.
 */
export async function mayUseMicrophone(devices: Store<DeviceSnapshot>): Promise<boolean> {
  const known = devices.getSnapshot().microphoneId !== null;
  try {
    const { state } = await navigator.permissions.query({ name: 'microphone' });
    // Firefox says prompt although it remembers the answer for as long as the page lives.
    return state === 'granted' || (state === 'prompt' && known);
  } catch {
    return known;
  }
}
