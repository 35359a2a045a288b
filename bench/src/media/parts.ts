import type { MediaPart } from './run.ts';

/** The parts by the names the command line knows, in the order they are run. */
export const MEDIA_PARTS: Record<string, () => Promise<MediaPart>> = {
  forwarding: async () => (await import('./forwarding/index.ts')).forwarding,
  'weak-network': async () => (await import('./weak-network/index.ts')).weakNetwork,
  bandwidth: async () => (await import('./bandwidth/index.ts')).bandwidth,
  paths: async () => (await import('./paths/index.ts')).paths,
  rooms: async () => (await import('./rooms/index.ts')).rooms,
  endurance: async () => (await import('./endurance/index.ts')).endurance,
};
