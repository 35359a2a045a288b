import type { Platform } from '../platform/platform.ts';
import { ON_CALL_CHANGED, PAGES_CHANGED } from './live.actions.ts';

/** Tells open consoles what to fetch anew. @returns stops telling */
export function watchOncall({ hub, sockets }: Pick<Platform, 'hub' | 'sockets'>): () => void {
  return hub.onEvent(({ kind, payload }) => {
    if (kind === ON_CALL_CHANGED) sockets.tell((reader) => reader.kind === 'staff', { t: 'stale', what: 'on_call' });
    if (kind !== PAGES_CHANGED) return;
    const { staffIds } = payload as { staffIds: string[] };
    sockets.tell((reader) => staffIds.includes(reader.id), { t: 'stale', what: 'pages' });
  });
}
