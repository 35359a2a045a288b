import type { Locale } from '@alongside/contracts';

/** Each language by its own name, whatever language the screen is in: whoever looks for theirs reads no other. */
export const LANGUAGE_NAMES: Readonly<Record<Locale, string>> = { en: 'English', 'zh-CN': '简体中文' };
