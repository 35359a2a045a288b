import type { DiagnosisLocale } from '@alongside/diagnosis';
import { spaced } from '../base/spaced.ts';

const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 43_200].map(
  (seconds) => seconds * 1_000,
);

/** @returns both ends of a time line and up to four round moments between them, in ms */
export function axisTicks(fromMs: number, toMs: number): number[] {
  const spanMs = Math.max(1, toMs - fromMs);
  const stepMs = STEPS_MS.find((step) => spanMs / step <= 5) ?? Math.max(86_400_000, spanMs / 5);
  const ticks = [fromMs];
  for (let atMs = fromMs + stepMs; atMs < toMs - stepMs / 2; atMs += stepMs) ticks.push(atMs);
  return [...ticks, toMs];
}

/** An instant on a time line: the reader's own time of day, or minutes and seconds since the beginning. */
export function momentWords(
  atMs: number,
  fromMs: number,
  clock: 'wall' | 'relative',
  locale: DiagnosisLocale,
  precision: 'second' | 'minute' = 'second',
): string {
  if (clock === 'wall')
    return new Intl.DateTimeFormat(locale, {
      hour: '2-digit',
      minute: '2-digit',
      second: precision === 'second' ? '2-digit' : undefined,
      hourCycle: 'h23',
    }).format(atMs);
  const seconds = Math.round((atMs - fromMs) / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** How long something lasted, in one or two units. */
export function lengthText(lengthMs: number, locale: DiagnosisLocale): string {
  const seconds = Math.round(lengthMs / 1_000);
  const unit = (value: number, name: 'hour' | 'minute' | 'second') =>
    spaced(new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value), locale);
  const parts =
    seconds >= 3_600
      ? [unit(Math.floor(seconds / 3_600), 'hour'), unit(Math.floor((seconds % 3_600) / 60), 'minute')]
      : seconds >= 600
        ? [unit(Math.round(seconds / 60), 'minute')]
        : [...(seconds >= 60 ? [unit(Math.floor(seconds / 60), 'minute')] : []), unit(seconds % 60, 'second')];
  return parts.join(' ');
}
