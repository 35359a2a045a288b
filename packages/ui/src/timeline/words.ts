import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../app/LocaleProvider.tsx';
import { usePersonName } from '../people/person-name.ts';
import type { Words } from './recorded-text.ts';

/** What sentences of the timeline are worded with, for the reader of this page. */
export function useWords(): Words {
  const { t } = useTranslation('ui');
  const nameOf = usePersonName();
  const { locale } = useLocale();
  return useMemo(() => ({ t, nameOf, locale }), [t, nameOf, locale]);
}
