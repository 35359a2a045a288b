import type { DirectSlot } from '@alongside/contracts';
import type { Track } from 'livekit-client';
import type { LiveKit } from '../livekit.ts';

const SOURCES = {
  microphone: 'Microphone',
  camera: 'Camera',
  screen: 'ScreenShare',
  'screen-audio': 'ScreenShareAudio',
} as const satisfies Record<DirectSlot, keyof typeof Track.Source>;

/** All that one person may send, in the order of a direct path's sections. */
export const DIRECT_SLOTS = Object.keys(SOURCES) as readonly DirectSlot[];

/** What the library calls a slot. */
export const directSource = (lk: LiveKit, slot: DirectSlot): Track.Source => lk.Track.Source[SOURCES[slot]];

/** The slot of what the library calls a source; null where there is none. */
export const directSlotOf = (lk: LiveKit, source: Track.Source): DirectSlot | null =>
  DIRECT_SLOTS.find((slot) => directSource(lk, slot) === source) ?? null;
