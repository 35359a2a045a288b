import type { i18n, TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import english from './locales/en.json' with { type: 'json' };
import chinese from './locales/zh-CN.json' with { type: 'json' };

const NAMESPACE = 'diagnosis';

/** The texts of diagnoses; they join the app's catalogues when one is first shown. */
export function useDiagnosisText(): TFunction {
  const { i18n: translations } = useTranslation('ui');
  addCatalogue(translations);
  return useTranslation(NAMESPACE).t;
}

function addCatalogue(translations: i18n): void {
  if (translations.hasResourceBundle('en', NAMESPACE)) return;
  translations.addResourceBundle('en', NAMESPACE, english);
  translations.addResourceBundle('zh-CN', NAMESPACE, chinese);
}
