import type { Drill, DrillSeries, DrillStep, DrillStepKind, Locale } from '@alongside/contracts';
import { WEEKDAYS } from '@alongside/contracts';
import { durationWords } from '@alongside/ui';
import type { TFunction } from 'i18next';
import { weekdayNames } from '../oncall/weekday-names.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * How long a step took: to the second while seconds matter.
 * @returns e.g. `0 s`, `42 s`, `4 min 12 s`, `3 h 10 min`; `42 秒`, `4 分 12 秒`
 */
export function stepTime(ms: number, locale: Locale): string {
  const zh = locale === 'zh-CN';
  const seconds = Math.round(ms / 1_000);
  if (seconds >= HOUR_MS / 1_000) return durationWords(seconds * 1_000, locale);
  const [min, s] = [Math.floor(seconds / 60), seconds % 60];
  const minutes = zh ? (s > 0 ? ' 分' : ' 分钟') : ' min';
  const parts = [min > 0 ? `${min}${minutes}` : '', s > 0 || min === 0 ? `${s}${zh ? ' 秒' : ' s'}` : ''];
  return parts.filter(Boolean).join(' ');
}

export function stepOf(steps: readonly DrillStep[], kind: DrillStepKind): DrillStep | undefined {
  return steps.find(({ step }) => step === kind);
}

/** What a drill came to, in one word. */
export type Verdict = 'kept' | 'complete' | 'late' | 'incomplete' | 'stopped' | 'skipped' | 'running' | 'scheduled';

/** The promise first: steps that are missing matter less than a customer left without an answer. */
export function verdictOf({ state, steps, endedAt }: Pick<Drill, 'state' | 'steps' | 'endedAt'>): Verdict {
  if (state !== 'finished') return state;
  const response = stepOf(steps, 'first_response');
  const dueAt = response?.dueAt ?? null;
  if (response?.outcome === 'late') return 'late';
  if (response?.outcome === 'missed' && dueAt !== null && endedAt !== null && endedAt >= dueAt) return 'late';
  if (steps.some(({ outcome }) => outcome === 'missed')) return 'incomplete';
  return dueAt === null ? 'complete' : 'kept';
}

export const VERDICT_TONES = {
  kept: 'success',
  complete: 'success',
  late: 'danger',
  incomplete: 'warning',
  stopped: 'neutral',
  skipped: 'neutral',
  running: 'accent',
  scheduled: 'neutral',
} as const satisfies Record<Verdict, string>;

/** When a schedule's drills come, in one line. */
export function rhythmWords(
  { repeat, windowFrom: from, windowTo: to, timeZone }: DrillSeries,
  t: TFunction<'drills'>,
  locale: Locale,
): string {
  const zone = timeZone.split('/').at(-1)!.replaceAll('_', ' ');
  if (repeat.every === 'month')
    return t(repeat.on === 31 ? 'series.monthLast' : 'series.month', { day: repeat.on, from, to, zone });
  const names = weekdayNames(locale, 'short');
  const days = WEEKDAYS.flatMap((day, index) => (repeat.on.includes(day) ? names[index]! : []));
  const list = new Intl.ListFormat(locale, { type: 'conjunction', style: locale === 'en' ? 'long' : 'narrow' });
  return t('series.week', { days: list.format(days), from, to, zone });
}

/** Round steps of an axis, ms: seconds, minutes, hours as people count them. */
const AXIS_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400].map(
  (seconds) => seconds * 1_000,
);

/** Places of an axis from 0 to a length, at most so many beside 0. @returns ms */
export function axisTicks(lengthMs: number, most: number): number[] {
  const step = AXIS_STEPS.find((candidate) => lengthMs / candidate <= most) ?? Math.ceil(lengthMs / most);
  return Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, index) => index * step);
}
