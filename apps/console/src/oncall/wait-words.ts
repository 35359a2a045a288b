import type { Locale } from '@alongside/contracts';
import { spaced } from '@alongside/ui';

/**
 * How long a step waits, exactly, in the fewest units.
 * @returns e.g. `5 minutes`, `1 hour 30 minutes`, `45 seconds`; `5 分钟`
 */
export function waitWords(waitMs: number, locale: Locale): string {
  const seconds = Math.round(waitMs / 1_000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 3_600), 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ];
  const words = parts
    .filter(([value]) => value > 0)
    .map(([value, unit]) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value))
    .map((one) => spaced(one, locale));
  return words.length > 0 ? words.join(' ') : waitWords(1_000, locale);
}
