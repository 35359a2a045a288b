import type { Platform } from '../platform/platform.ts';
import { DRILLS_CHANGED } from './live.actions.ts';

/** Tells the open consoles of those who lead what to fetch anew. @returns stops telling */
export function watchDrills({ hub, sockets }: Pick<Platform, 'hub' | 'sockets'>): () => void {
  return hub.onEvent(({ kind }) => {
    if (kind === DRILLS_CHANGED)
      sockets.tell((reader) => reader.kind === 'staff' && reader.role !== 'engineer', { t: 'stale', what: 'drills' });
  });
}
