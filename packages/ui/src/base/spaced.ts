import type { Locale } from '@alongside/contracts';

/**
 * A quantity as our Chinese is written: the browser leaves out the space between a figure and its unit.
 * @param words as `Intl` makes them, e.g. `5分钟前`
 * @returns `5 分钟前`; other languages as they are
 */
export function spaced(words: string, locale: Locale): string {
  return locale === 'zh-CN' ? words.replace(/\d(?=\p{Script=Han})/gu, '$& ') : words;
}
