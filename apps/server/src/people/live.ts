import { CLOSE } from '@alongside/contracts';
import type { Platform } from '../platform/platform.ts';

/** Ends the live connections of this process that an announcement is about. @returns stops watching */
export function watchSessions({ hub, sockets }: Pick<Platform, 'hub' | 'sockets'>): () => void {
  return hub.onEvent(({ kind, payload }) => {
    if (kind !== 'session.ended' && kind !== 'person.rights_changed') return;
    const { sessionId, personId, exceptSessionId } = payload;
    sockets.closeWhere(
      (reader) =>
        sessionId === undefined
          ? reader.id === personId && reader.sessionId !== exceptSessionId
          : reader.sessionId === sessionId,
      kind === 'session.ended' ? CLOSE.unauthenticated : CLOSE.restarting,
    );
  });
}
