import type { CheckDeviceProblem } from '@alongside/contracts';
import { thisBrowser } from '../browser.ts';
import { explainDeviceError } from '../call/device-problem.ts';
import { readSetting } from '../persistence.ts';

/** A device of this machine, or why it could not be had. */
export type Captured = { track: MediaStreamTrack; problem: null } | { track: null; problem: CheckDeviceProblem };

/**
 * Opens microphone and camera, those the person chose before where they did. Both at once, so that the browser asks once;
 * one by one where that fails, to learn which of them it was.
 */
export async function captureDevices(): Promise<{ microphone: Captured; camera: Captured }> {
  const audio = constraint(readSetting('microphone'));
  const video = { ...constraint(readSetting('camera')), width: { ideal: 1_280 }, height: { ideal: 720 } };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio, video });
    return { microphone: captured(stream.getAudioTracks()[0]), camera: captured(stream.getVideoTracks()[0]) };
  } catch {
    const [microphone, camera] = [await captureOne('microphone', { audio }), await captureOne('camera', { video })];
    return { microphone, camera };
  }
}

async function captureOne(kind: 'microphone' | 'camera', wanted: MediaStreamConstraints): Promise<Captured> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    return captured(stream.getTracks()[0]);
  } catch (thrown) {
    const { reason } = explainDeviceError(thrown, kind, thisBrowser(), globalThis.isSecureContext);
    return { track: null, problem: reason };
  }
}

function captured(track: MediaStreamTrack | undefined): Captured {
  return track ? { track, problem: null } : { track: null, problem: 'no-device' };
}

const constraint = (deviceId: string | null): MediaTrackConstraints =>
  deviceId ? { deviceId: { ideal: deviceId } } : {};
