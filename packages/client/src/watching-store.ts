import type { Watching } from '@alongside/contracts';
import type { Connection } from './connection-types.ts';
import { createCell, type Store } from './store.ts';

/** The calls of a ticket that are being measured now, as the server last told of each. */
export type WatchingStore = Store<readonly Watching[]> & { close(): void };

/** Follows what goes on in a ticket's calls. A call that is over leaves by itself. Close it. */
export function createWatchingStore(options: {
  connection: Pick<Connection, 'watchCalls'>;
  ticketId: string;
}): WatchingStore {
  const { connection, ticketId } = options;
  const cell = createCell<readonly Watching[]>([]);
  const subscription = connection.watchCalls(ticketId, {
    onWatching(watching) {
      const id = sourceIdOf(watching);
      const others = cell.getSnapshot().filter((one) => sourceIdOf(one) !== id);
      // The order is that of coming: what is read does not jump.
      const place = cell.getSnapshot().findIndex((one) => sourceIdOf(one) === id);
      if (!watching.live) cell.set(place < 0 ? cell.getSnapshot() : others);
      else cell.set(place < 0 ? [...others, watching] : others.toSpliced(place, 0, watching));
    },
    onRefused: () => cell.set([]),
  });
  return {
    subscribe: cell.subscribe,
    getSnapshot: cell.getSnapshot,
    close: () => subscription.close(),
  };
}

/** The call's or the watched session's id. */
export function sourceIdOf({ source }: Pick<Watching, 'source'>): string {
  return source.kind === 'call' ? source.callId : source.watchedSessionId;
}
