import { CLOSE } from '@alongside/contracts';
import type { Platform } from '../platform/platform.ts';
import { findLiveSessions } from './queries.ts';

/** A session that merely runs out tells nobody: its live connections are looked for this often. */
const LOOK_EVERY_MS = 30_000;

/**
 * Ends the live connections of this process whose session ended: at once where that is announced, within a minute
 * where it only expired. @returns stops watching
 */
export function watchSessions({ db, hub, sockets, log }: Pick<Platform, 'db' | 'hub' | 'sockets' | 'log'>): () => void {
  let looking = false;
  let wanted = false;

  async function endThoseWithoutSession(): Promise<void> {
    wanted = true;
    if (looking) return;
    looking = true;
    while (wanted) {
      wanted = false;
      try {
        const ids = sockets.sessionIds();
        const live = ids.length === 0 ? new Set() : await findLiveSessions(db, ids, new Date());
        const ended = new Set(ids.filter((id) => !live.has(id)));
        if (ended.size > 0) sockets.closeWhere((reader) => ended.has(reader.sessionId));
      } catch (error) {
        // With the next look; the database may be away.
        log.warn({ err: error }, 'whose session ended could not be looked up');
      }
    }
    looking = false;
  }

  const timer = setInterval(() => void endThoseWithoutSession(), LOOK_EVERY_MS);
  const unlisten = hub.onEvent(({ kind, payload }) => {
    if (kind !== 'session.ended' && kind !== 'person.rights_changed') return;
    const { sessionId, personId, exceptSessionId, identityKeyId } = payload;
    if (identityKeyId !== undefined) {
      // Nobody carries their key about. Those who are being greeted at this moment are looked up again.
      sockets.closeWhere(() => false);
      void endThoseWithoutSession();
      return;
    }
    sockets.closeWhere(
      (reader) =>
        sessionId === undefined
          ? reader.id === personId && reader.sessionId !== exceptSessionId
          : reader.sessionId === sessionId,
      kind === 'session.ended' ? CLOSE.unauthenticated : CLOSE.restarting,
    );
  });
  return () => {
    clearInterval(timer);
    unlisten();
  };
}
