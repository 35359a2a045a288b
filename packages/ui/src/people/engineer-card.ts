import { type ApiError, toApiError } from '@alongside/client';
import { type EngineerCard, getEngineerCard, type Locale, type LocalisedText } from '@alongside/contracts';
import { useEffect, useState } from 'react';
import { useClient } from '../app/ClientProvider.tsx';
import { useLocale } from '../app/LocaleProvider.tsx';

/** What is known of an engineer so far. */
export type EngineerCardState = { card: EngineerCard | null; error: ApiError | null };

const NOTHING: EngineerCardState = { card: null, error: null };

/** Fetches what everybody may know about an engineer. @param engineerId null asks for nothing */
export function useEngineerCard(engineerId: string | null): EngineerCardState {
  const { api } = useClient();
  const { locale } = useLocale();
  const [found, setFound] = useState<EngineerCardState & { id: string | null }>({ ...NOTHING, id: null });
  useEffect(() => {
    if (engineerId === null) return;
    const aborter = new AbortController();
    api
      .call(getEngineerCard, { params: { id: engineerId } }, { signal: aborter.signal })
      .then(({ card }) => setFound({ id: engineerId, card, error: null }))
      .catch((thrown: unknown) => {
        if (!aborter.signal.aborted) setFound({ id: engineerId, card: null, error: toApiError(thrown, locale) });
      });
    return () => aborter.abort();
  }, [api, engineerId, locale]);
  return found.id === engineerId ? found : NOTHING;
}

/** What somebody wrote about themselves, in the reader's language or the other one. */
export function inEither(text: LocalisedText, locale: Locale): string {
  return text[locale] || text[locale === 'en' ? 'zh-CN' : 'en'];
}
