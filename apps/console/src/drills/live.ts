import { getDrill, listDrills, type Route } from '@alongside/contracts';
import { useClient, useStore } from '@alongside/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** What a change of a drill makes stale. */
export const DRILL_ROUTES: readonly Route[] = [listDrills, getDrill];

/** Fetches anew what the server says has changed, and once more after the connection was cut. */
export function useDrillsLive(): void {
  const { connection } = useClient();
  const queries = useQueryClient();
  const isLive = useStore(connection).state === 'live';
  useEffect(() => {
    const refetch = () => {
      for (const { path } of DRILL_ROUTES) void queries.invalidateQueries({ queryKey: [path] });
    };
    if (isLive) refetch();
    return connection.onStale((what) => {
      if (what === 'drills') refetch();
    });
  }, [connection, queries, isLive]);
}
