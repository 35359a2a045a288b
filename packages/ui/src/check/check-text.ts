import type { i18n, TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import english from './locales/en.json' with { type: 'json' };
import chinese from './locales/zh-CN.json' with { type: 'json' };

const NAMESPACE = 'check';

/** The texts of pre-call checks; they join the app's catalogues when a piece of one is first shown. */
export function useCheckText(): TFunction {
  const { i18n: translations } = useTranslation('ui');
  addCatalogue(translations);
  return useTranslation(NAMESPACE).t;
}

function addCatalogue(translations: i18n): void {
  if (translations.hasResourceBundle('en', NAMESPACE)) return;
  translations.addResourceBundle('en', NAMESPACE, english);
  translations.addResourceBundle('zh-CN', NAMESPACE, chinese);
}
