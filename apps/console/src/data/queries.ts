import { ApiError } from '@alongside/client';
import type { Route, RouteInput, RouteReply } from '@alongside/contracts';
import {
  keepPreviousData,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { api } from './api.ts';

/** What the pages beside the live ticket lists fetch. A refusal is final; what may pass is tried again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => error instanceof ApiError && error.retry && failures < 3,
    },
  },
});

/** Fetches a route and keeps its reply. */
export function useRoute<R extends Route>(
  route: R,
  input: RouteInput<R>,
  options: { enabled?: boolean; keepPrevious?: boolean } = {},
): UseQueryResult<RouteReply<R>, ApiError> {
  return useQuery<RouteReply<R>, ApiError>({
    queryKey: [route.path, input],
    queryFn: ({ signal }) => api.call(route, input, { signal }),
    enabled: options.enabled ?? true,
    ...(options.keepPrevious ? { placeholderData: keepPreviousData } : {}),
  });
}

/**
 * Calls a route that changes something.
 * @param invalidates paths of routes whose replies it makes stale
 */
export function useChange<R extends Route>(
  route: R,
  invalidates: readonly Route[] = [],
): UseMutationResult<RouteReply<R>, ApiError, RouteInput<R>> {
  const client = useQueryClient();
  return useMutation<RouteReply<R>, ApiError, RouteInput<R>>({
    mutationFn: (input) => api.call(route, input),
    onSuccess: () =>
      Promise.all(invalidates.map((stale) => client.invalidateQueries({ queryKey: [stale.path] }))).then(() => {}),
  });
}

/** The words for a field of a form that the server refused, if it was that one. */
export function fieldError(error: ApiError | null, field: string): string | null {
  const issue = error?.issues.find((candidate) => candidate.field === field || candidate.field.startsWith(`${field}.`));
  return issue?.message ?? null;
}

/** The words for an error that concerns no field shown in the form. */
export function formError(error: ApiError | null, fields: readonly string[]): string | null {
  if (!error) return null;
  const isShown =
    error.issues.length > 0 && error.issues.every((issue) => fields.some((field) => issue.field.startsWith(field)));
  return isShown ? null : error.message;
}
