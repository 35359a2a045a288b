import { z } from 'zod';

/** The languages every text a user sees exists in. */
export const LOCALES = ['en', 'zh-CN'] as const;
export const Locale = z.enum(LOCALES);
export type Locale = z.infer<typeof Locale>;

/** One text in every language. */
export type LocalisedText = Record<Locale, string>;
export const LocalisedText = z.strictObject({ en: z.string().min(1).max(200), 'zh-CN': z.string().min(1).max(200) });

/**
 * The best of our languages for a list of preferences.
 * @param preferences BCP 47 tags, most wanted first, e.g. an Accept-Language header split at commas or `navigator.languages`
 * @returns 'en' when none of ours is asked for; every Chinese tag falls to 'zh-CN', the only Chinese we have
 */
export function chooseLocale(preferences: readonly string[]): Locale {
  for (const preference of preferences) {
    const language = preference.trim().toLowerCase().split(/[-_;]/)[0];
    if (language === 'zh') return 'zh-CN';
    if (language === 'en') return 'en';
  }
  return 'en';
}
