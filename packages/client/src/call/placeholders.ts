import type { LocalAudioTrack, LocalTrack, LocalVideoTrack, Room } from 'livekit-client';
import { UNHEARD } from '../unheard.ts';
import type { LiveKit } from './livekit.ts';

/**
 * Tracks of nothing, muted, that hold the places of a microphone and a camera in a room: what it takes two round trips to
 * agree on is agreed before a device may be opened, and the device then only steps into its place.
 */
export type Placeholders = {
  /** Takes the places, once. A room that refuses gets none. */
  publishIn(room: Room): void;
  /** @returns what sends the device from now on: the place that was held for it, or itself where none was */
  fillMicrophone(device: LocalAudioTrack): Promise<LocalAudioTrack>;
  fillCamera(device: LocalVideoTrack): Promise<LocalVideoTrack>;
  /** Lets go of the places nothing has stepped into. */
  close(): void;
};

/** What a camera is asked for: the layers are made for this size. */
const SIZE_PX = { width: 1280, height: 720 };

/** Makes nothing before `publishIn`: neither a drawing surface nor an audio context. */
export function createPlaceholders(lk: LiveKit): Placeholders {
  let audio: AudioContext | null = null;
  let microphone: LocalAudioTrack | null = null;
  let camera: LocalVideoTrack | null = null;
  let publishing: Promise<unknown> | null = null;
  let closed = false;

  async function publish(room: Room): Promise<void> {
    audio = new AudioContext(UNHEARD);
    // Silence needs no running.
    void audio.suspend().catch(() => {});
    const canvas = document.createElement('canvas');
    Object.assign(canvas, SIZE_PX);
    // Firefox captures only from a canvas that has one.
    canvas.getContext('2d');
    microphone = new lk.LocalAudioTrack(audio.createMediaStreamDestination().stream.getAudioTracks()[0]!, {}, true);
    camera = new lk.LocalVideoTrack(canvas.captureStream(0).getVideoTracks()[0]!, {}, true);
    const { Source } = lk.Track;
    const places = [
      { track: microphone, source: Source.Microphone },
      { track: camera, source: Source.Camera },
    ];
    await Promise.all(
      places.map(async ({ track, source }) => {
        await track.mute();
        await room.localParticipant.publishTrack(track, { source });
      }),
    );
  }

  async function fill<T extends LocalTrack>(place: () => T | null, device: T): Promise<T> {
    // Too late for a place that is not asked for yet.
    if (!publishing) closed = true;
    await publishing;
    const held = place();
    if (closed || !held?.sender || held.sender.transport?.state === 'closed') return device;
    const nothing = held.mediaStreamTrack;
    // As somebody else's first: unmuting what it takes for its own it would open the device a second time.
    await held.replaceTrack(device.mediaStreamTrack, true);
    await held.unmute();
    await held.replaceTrack(device.mediaStreamTrack, false);
    nothing.stop();
    return held;
  }

  return {
    publishIn(room) {
      if (closed || publishing) return;
      publishing = publish(room).catch(() => {});
    },
    fillMicrophone: (device) => fill(() => microphone, device),
    fillCamera: (device) => fill(() => camera, device),
    close() {
      closed = true;
      void audio?.close();
      audio = null;
      for (const place of [microphone, camera]) if (place?.isUserProvided) place.mediaStreamTrack.stop();
    },
  };
}
