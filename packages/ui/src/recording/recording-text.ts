import type { i18n, TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import english from './locales/en.json' with { type: 'json' };
import chinese from './locales/zh-CN.json' with { type: 'json' };

const NAMESPACE = 'recording';

/** The texts of recordings; they join the app's catalogues when a piece of theirs is first shown. */
export function useRecordingText(): TFunction {
  const { i18n: translations } = useTranslation('ui');
  addCatalogue(translations);
  return useTranslation(NAMESPACE).t;
}

/** What is said under the question whether one may be recorded; a customer has a request where the team has a ticket. */
export function consentHint(isTeam: boolean): 'ask.hint' | 'ask.hintTeam' {
  return isTeam ? 'ask.hintTeam' : 'ask.hint';
}

function addCatalogue(translations: i18n): void {
  if (translations.hasResourceBundle('en', NAMESPACE)) return;
  translations.addResourceBundle('en', NAMESPACE, english);
  translations.addResourceBundle('zh-CN', NAMESPACE, chinese);
}
