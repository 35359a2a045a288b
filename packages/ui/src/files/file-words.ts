import type { Locale } from '@alongside/contracts';
import { spaced } from '../base/spaced.ts';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size for people: decimal units, three digits at most, e.g. `840 kB`, `1.9 GB`. */
export function formatBytes(sizeBytes: number, locale: Locale): string {
  let value = sizeBytes;
  let step = 0;
  while (value >= 999.5 && step < UNITS.length - 1) {
    value /= 1_000;
    step += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[step],
    unitDisplay: 'short',
    maximumFractionDigits: step === 0 || value >= 100 ? 0 : 1,
  }).format(value);
}

/** A stretch of time for people, in its largest unit: `40 sec`, `3 min`, `2 hr`. */
export function formatDuration(durationMs: number, locale: Locale): string {
  const seconds = Math.max(1, Math.round(durationMs / 1_000));
  const [value, unit] =
    seconds < 60
      ? [seconds, 'second']
      : seconds < 3_600
        ? [Math.round(seconds / 60), 'minute']
        : [Math.round(seconds / 360) / 10, 'hour'];
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit: String(unit), unitDisplay: 'short' });
  return spaced(format.format(Number(value)), locale);
}

/** A name for a line of text: the middle of a long one is left out, so that its ending and what follows stay in sight. */
export function shortName(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= 24) return name;
  return `${characters.slice(0, 12).join('')}…${characters.slice(-11).join('')}`;
}

/** Splits a name so that the end stays readable when the middle is cut: `core-2026-…` + `-07.log.gz`. */
export function splitName(name: string): { head: string; tail: string } {
  const characters = Array.from(name);
  if (characters.length <= 18) return { head: name, tail: '' };
  return { head: characters.slice(0, -10).join(''), tail: characters.slice(-10).join('') };
}
