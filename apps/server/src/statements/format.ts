import type { Locale, Money, Month } from '@alongside/contracts';
import { localReading } from '@alongside/sla';

// Files must come out the same for ever, so nothing here asks the runtime's language data, which changes with its version.

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const MINUTE_MS = 60_000;

/** "October 2026", "2026年10月". */
export function monthText(month: Month, locale: Locale): string {
  const [year, number] = month.split('-') as [string, string];
  return locale === 'zh-CN' ? `${year}年${Number(number)}月` : `${MONTHS[Number(number) - 1]} ${year}`;
}

/** The wall reading of an instant in a zone, to the second: "2026-10-12" and "10:00:00". */
export function wallText(timeZone: string, instant: string): { date: string; time: string } {
  const { wall } = localReading(timeZone, instant);
  return { date: wall.slice(0, 10), time: wall.slice(11, 19) };
}

/** ISO 8601 with the zone's offset, to the millisecond: "2026-10-12T10:00:00.000+08:00". */
export function offsetText(timeZone: string, instant: string): string {
  const { wall, offset } = localReading(timeZone, instant);
  return `${wall}${offset}`;
}

/** To the minute, in the two largest units: "3 d 4 h", "2 h 5 min", "1 min"; below a minute in seconds. */
export function durationText(ms: number, locale: Locale): string {
  const zh = locale === 'zh-CN';
  if (ms < MINUTE_MS) return `${Math.floor(ms / 1_000)} ${zh ? '秒' : 's'}`;
  const minutes = Math.floor(ms / MINUTE_MS);
  const parts = [
    [Math.floor(minutes / 1_440), zh ? '天' : 'd'],
    [Math.floor(minutes / 60) % 24, zh ? '小时' : 'h'],
    [minutes % 60, zh ? '分钟' : 'min'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** "CNY 12,345.60": the code, which is the same in both languages and leaves no doubt. */
export function moneyText({ amountMinor, currency }: Money): string {
  const decimals = decimalsOf(currency);
  const digits = String(amountMinor).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${currency} ${whole}${decimals > 0 ? `.${digits.slice(-decimals)}` : ''}`;
}

/** A share of 0 to 1 as percent: 0.995 → "99.5%". */
export function shareText(share: number): string {
  return `${Number((share * 100).toPrecision(12))}%`;
}

function decimalsOf(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}
