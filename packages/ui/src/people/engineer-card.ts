import { type Api, type ApiError, toApiError } from '@alongside/client';
import { type EngineerCard, getEngineerCard, type Locale, type LocalisedText } from '@alongside/contracts';
import { useEffect, useState } from 'react';
import { useClient } from '../app/ClientProvider.tsx';
import { useLocale } from '../app/LocaleProvider.tsx';

/** What is known of an engineer so far. */
export type EngineerCardState = { card: EngineerCard | null; error: ApiError | null };

const NOTHING: EngineerCardState = { card: null, error: null };
/** A photo's address is good for an hour; a profile changed meanwhile is seen after this. */
const FRESH_MS = 10 * 60_000;

type Kept = { asked: Promise<EngineerCard>; at: number };
/** What was asked for under one session, by engineer: many messages of one person ask once. */
const keptBy = new WeakMap<Api, Map<string, Kept>>();

function fetchCard(api: Api, id: string): Promise<EngineerCard> {
  const kept = keptBy.get(api) ?? new Map<string, Kept>();
  keptBy.set(api, kept);
  const known = kept.get(id);
  if (known && Date.now() - known.at < FRESH_MS) return known.asked;
  const asked = api.call(getEngineerCard, { params: { id } }).then(({ card }) => card);
  kept.set(id, { asked, at: Date.now() });
  // What failed may succeed the next time: a customer sees a card once its engineer takes part.
  asked.catch(() => kept.delete(id));
  return asked;
}

/** What everybody may know about an engineer. @param engineerId null asks for nothing */
export function useEngineerCard(engineerId: string | null): EngineerCardState {
  const { api } = useClient();
  const { locale } = useLocale();
  const [found, setFound] = useState<EngineerCardState & { id: string | null }>({ ...NOTHING, id: null });
  useEffect(() => {
    if (engineerId === null) return;
    let isCurrent = true;
    fetchCard(api, engineerId).then(
      (card) => isCurrent && setFound({ id: engineerId, card, error: null }),
      (thrown: unknown) => isCurrent && setFound({ id: engineerId, card: null, error: toApiError(thrown, locale) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [api, engineerId, locale]);
  return found.id === engineerId ? found : NOTHING;
}

/** What somebody wrote about themselves, in the reader's language or the other one. */
export function inEither(text: LocalisedText, locale: Locale): string {
  return text[locale] || text[locale === 'en' ? 'zh-CN' : 'en'];
}
