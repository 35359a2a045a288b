import { getMyPages, getOnCallSchedule, listMyPages, listRotations, listSwaps, type Route } from '@alongside/contracts';
import { useClient, useStore } from '@alongside/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** What a change of rotations, overrides or swaps makes stale. */
export const ON_CALL_ROUTES: readonly Route[] = [listRotations, getOnCallSchedule, listSwaps, getMyPages];

/** Fetches anew what the server says has changed, and everything once more after the connection was cut. Put once per desk. */
export function useOnCallLive(): void {
  const { connection } = useClient();
  const queries = useQueryClient();
  const isLive = useStore(connection).state === 'live';
  useEffect(() => {
    const stale = (routes: readonly Route[]) => {
      for (const { path } of routes) void queries.invalidateQueries({ queryKey: [path] });
    };
    if (isLive) stale([listMyPages, ...ON_CALL_ROUTES]);
    return connection.onStale((what) =>
      stale(what === 'pages' ? [listMyPages] : what === 'on_call' ? ON_CALL_ROUTES : []),
    );
  }, [connection, queries, isLive]);
}
