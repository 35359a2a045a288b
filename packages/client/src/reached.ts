import type { CallController } from './call/model.ts';
import type { Connection } from './connection-types.ts';

/**
 * Tells when the network is back, and when the live connection stands again: whatever waits to try once more need not.
 * @returns how to stop
 */
export function onReached(connection: Pick<Connection, 'subscribe' | 'getSnapshot'>, listener: () => void): () => void {
  let wasLive = connection.getSnapshot().state === 'live';
  const stop = connection.subscribe(() => {
    const isLive = connection.getSnapshot().state === 'live';
    if (isLive && !wasLive) listener();
    wasLive = isLive;
  });
  window.addEventListener('online', listener);
  return () => {
    stop();
    window.removeEventListener('online', listener);
  };
}

/**
 * The server that mended a call is there: then the live connection need not wait its turn.
 * @returns how to stop
 */
export function hurryConnection(
  connection: Pick<Connection, 'getSnapshot' | 'retryNow'>,
  call: Pick<CallController, 'subscribe' | 'getSnapshot'>,
): () => void {
  let wasCut = false;
  return call.subscribe(() => {
    const { phase } = call.getSnapshot();
    if (phase === 'live' && wasCut && connection.getSnapshot().state === 'waiting') connection.retryNow();
    wasCut = phase === 'reconnecting';
  });
}
