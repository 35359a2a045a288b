import type { Locale } from '@alongside/contracts';

/**
 * Parts side by side with the reader's comma, and no "and": `Intl.ListFormat` of the kind `unit` would do, did it not put
 * Chinese parts together without anything between.
 */
export function commaList(parts: readonly string[], locale: Locale): string {
  return parts.join(locale === 'zh-CN' ? '、' : ', ');
}
