import type { Locale } from '@alongside/contracts';
import type { Catalogue } from '../app/LocaleProvider.tsx';
import english from './locales/en.json' with { type: 'json' };
import chinese from './locales/zh-CN.json' with { type: 'json' };

/** Texts of the pieces that show a diagnosis: an application that shows them mounts these as its namespace `diagnosis`. */
export const DIAGNOSIS_TEXTS: Record<Locale, Catalogue> = { en: english, 'zh-CN': chinese };
