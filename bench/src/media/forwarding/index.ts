import type { MediaPart } from '../run.ts';

/** What forwarding costs: processor time per packet, delay added, memory per participant. */
export const forwarding: MediaPart = {
  about: 'processor time per forwarded packet, added delay and memory per participant',
  async run(_run) {
    throw new Error('Not built yet.');
  },
};
