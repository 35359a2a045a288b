import type { LocalAudioTrack, LocalVideoTrack } from 'livekit-client';

/**
 * Keeps a device open while its room is mended. The library opens every device anew after each cut it mends with a new
 * connection, since the machine may have slept meanwhile: the camera's light goes out and on again, and two pages of one
 * browser that do so in the same moment may be left with a camera that gives no picture. A device that works stays;
 * one that ended, that the system silences, or in whose stead another was chosen is opened as the library would.
 * The room's state says nothing about when: after two cuts in a row the library calls itself connected before it has
 * published again what the second one cost.
 */
export function keepOpen(track: LocalAudioTrack | LocalVideoTrack): void {
  const restart = track.restartTrack.bind(track);
  track.restartTrack = async (options?: object) => {
    if (options === undefined && works(track)) return;
    await restart(options);
  };
}

function works({ mediaStreamTrack, constraints }: LocalAudioTrack | LocalVideoTrack): boolean {
  if (mediaStreamTrack.readyState !== 'live' || mediaStreamTrack.muted) return false;
  const { deviceId } = constraints;
  const chosen = typeof deviceId === 'object' && 'exact' in deviceId ? deviceId.exact : undefined;
  return chosen === undefined || chosen === mediaStreamTrack.getSettings().deviceId;
}
