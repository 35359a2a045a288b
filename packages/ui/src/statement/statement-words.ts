import type { Locale, Money, Month } from '@alongside/contracts';

/** "October 2026", "2026年10月". */
export function monthName(month: Month, locale: Locale): string {
  const at = new Date(`${month}-15T00:00:00Z`);
  return new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(at);
}

/** An amount as the reader's language writes it: "£480.00". */
export function moneyWords({ amountMinor, currency }: Money, locale: Locale): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'symbol' });
  return format.format(amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** A share of 0 to 1 in percent, without binary dust: 0.995 → "99.5%". */
export function percentWords(share: number): string {
  return `${Number((share * 100).toPrecision(12))}%`;
}

/** Date and time of an instant on the wall of a zone, apart: "12 Oct 2026" and "10:00:03". */
export function wallWords(instant: string, timeZone: string, locale: Locale): { date: string; time: string } {
  const at = Date.parse(instant);
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }).format(at);
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23', timeZone }).format(at);
  return { date, time };
}

/** What a zone is called: "China Standard Time (Asia/Shanghai)". */
export function zoneName(timeZone: string, locale: Locale): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'longGeneric' }).formatToParts(0);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
  if (name === timeZone) return name;
  return locale === 'zh-CN' ? `${name}（${timeZone}）` : `${name} (${timeZone})`;
}
