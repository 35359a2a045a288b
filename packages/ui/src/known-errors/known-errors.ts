import { type Api, type ApiError, toApiError } from '@alongside/client';
import { getKnownError, type KnownError, type KnownErrorMark, listKnownErrorMarks } from '@alongside/contracts';
import { type ErrorMarks, errorMarks } from '@alongside/diagnosis';
import { useEffect, useState } from 'react';
import { useApi } from '../app/ClientProvider.tsx';
import { useLocale } from '../app/LocaleProvider.tsx';

/** An entry that is new meanwhile is recognised after this. */
const FRESH_MS = 5 * 60_000;

type Kept = { asked: Promise<ErrorMarks<KnownErrorMark>>; atMs: number };
/** The catalogue's marks by session: many messages ask once. */
const keptBy = new WeakMap<Api, Kept>();

/** What known errors are recognised by; asked for once in a while. Rejects with an `ApiError`. */
export function fetchMarks(api: Api): Promise<ErrorMarks<KnownErrorMark>> {
  const known = keptBy.get(api);
  if (known && Date.now() - known.atMs < FRESH_MS) return known.asked;
  const asked = api.call(listKnownErrorMarks, {}).then(({ marks }) => errorMarks(marks));
  keptBy.set(api, { asked, atMs: Date.now() });
  asked.catch(() => keptBy.delete(api));
  return asked;
}

/** What known errors are recognised by; null until that is known. Without it nothing is explained, and nothing else fails. */
export function useErrorMarks(): ErrorMarks<KnownErrorMark> | null {
  const api = useApi();
  const [marks, setMarks] = useState<ErrorMarks<KnownErrorMark> | null>(null);
  useEffect(() => {
    let isCurrent = true;
    fetchMarks(api).then(
      (found) => isCurrent && setMarks(found),
      () => {},
    );
    return () => {
      isCurrent = false;
    };
  }, [api]);
  return marks;
}

/** What is known of one error. @param id null asks for nothing */
export function useKnownError(id: string | null): { entry: KnownError | null; error: ApiError | null } {
  const api = useApi();
  const { locale } = useLocale();
  const [found, setFound] = useState<{ entry: KnownError | null; error: ApiError | null }>({
    entry: null,
    error: null,
  });
  useEffect(() => {
    if (id === null) return;
    let isCurrent = true;
    api.call(getKnownError, { params: { id } }).then(
      ({ entry }) => isCurrent && setFound({ entry, error: null }),
      (thrown: unknown) => isCurrent && setFound({ entry: null, error: toApiError(thrown, locale) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [api, id, locale]);
  return found;
}
