import { ApiError, localError } from '@alongside/client';
import type { Route, RouteInput, RouteReply } from '@alongside/contracts';
import { useClient, useLocale } from '@alongside/ui';
import { useCallback, useEffect, useRef, useState } from 'react';

/** What a route answers: there, refused in words, or on its way. */
export type Reply<R extends Route> = {
  data: RouteReply<R> | null;
  error: ApiError | null;
  /** Asks again. */
  retry: () => void;
};

/**
 * Asks a route and keeps what it answers until something else is asked.
 * @param input null asks nothing
 */
export function useReply<R extends Route>(route: R, input: RouteInput<R> | null): Reply<R> {
  const { api } = useClient();
  const { locale } = useLocale();
  const asked = input === null ? null : JSON.stringify(input);
  const [state, setState] = useState<{ asked: string | null; data: RouteReply<R> | null; error: ApiError | null }>({
    asked: null,
    data: null,
    error: null,
  });
  const [attempt, setAttempt] = useState(0);
  const localeNow = useRef(locale);
  localeNow.current = locale;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` is what asks again; the input is compared by what it says
  useEffect(() => {
    if (asked === null) return;
    const abort = new AbortController();
    api.call(route, JSON.parse(asked) as RouteInput<R>, { signal: abort.signal }).then(
      (data) => setState({ asked, data, error: null }),
      (thrown: unknown) => {
        if (abort.signal.aborted) return;
        const error = thrown instanceof ApiError ? thrown : localError('bad_reply', localeNow.current);
        setState({ asked, data: null, error });
      },
    );
    return () => abort.abort();
  }, [api, route, asked, attempt]);
  const retry = useCallback(() => {
    setState((before) => ({ ...before, error: null }));
    setAttempt((count) => count + 1);
  }, []);
  const isCurrent = state.asked === asked;
  return { data: isCurrent ? state.data : null, error: isCurrent ? state.error : null, retry };
}
