import type { Locale } from '@alongside/contracts';

const UNITS_MS: Record<string, number> = {
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  m: 60_000,
  分: 60_000,
  分钟: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  时: 3_600_000,
  小时: 3_600_000,
};

/**
 * A length of time as somebody types it: "30 min", "1.5 h", "1 h 30 min", "4小时".
 * @returns whole milliseconds, undefined for nothing, null for what is none. Days are none: a working day has as many
 *   hours as its calendar says.
 */
export function readDuration(text: string): number | undefined | null {
  const rest = text.trim().toLowerCase();
  if (rest === '') return undefined;
  let ms = 0;
  const left = rest.replace(/(\d+(?:\.\d+)?)\s*([a-z]+|分钟|分|小时|时)/g, (whole, number: string, unit: string) => {
    const unitMs = UNITS_MS[unit];
    if (unitMs === undefined) return whole;
    ms += Number(number) * unitMs;
    return '';
  });
  return left.trim() === '' && ms > 0 ? Math.round(ms) : null;
}

/** The same as it is shown to be edited, exactly: "1 h 30 min", "0.5 min". */
export function writeDuration(ms: number | undefined, locale: Locale): string {
  if (ms === undefined) return '';
  const zh = locale === 'zh-CN';
  const hours = Math.floor(ms / 3_600_000);
  const minutes = (ms % 3_600_000) / 60_000;
  return [
    hours > 0 ? `${hours}${zh ? ' 小时' : ' h'}` : '',
    minutes > 0 ? `${Number(minutes.toFixed(6))}${zh ? ' 分钟' : ' min'}` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
