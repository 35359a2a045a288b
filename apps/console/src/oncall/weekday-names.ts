import type { Locale } from '@alongside/contracts';

/** Monday to Sunday, in the order of WEEKDAYS. */
export function weekdayNames(locale: Locale, style: 'long' | 'short'): string[] {
  const words = new Intl.DateTimeFormat(locale, { weekday: style, timeZone: 'UTC' });
  // 5 January 1970 was a Monday.
  return Array.from({ length: 7 }, (_, day) => words.format(Date.UTC(1970, 0, 5 + day)));
}
