import type { Locale, PlanHours, PlanTerms, PriorityPromise } from '@alongside/contracts';
import { durationWords } from '../clock/clock-words.ts';
import { workingDayMs } from './plan-hours.ts';

/** One promise in words: which sentence, and the time that goes into it. */
export type PromiseSentence = {
  key: 'first_response' | 'next_response' | 'answers' | 'update' | 'resolve';
  ms: number;
};

/** What one priority is promised, in the order a customer lives through it. */
export function promiseSentences({ targetsMs }: PriorityPromise): PromiseSentence[] {
  const { first_response: first, next_response: next, update, resolve } = targetsMs;
  const sentences: PromiseSentence[] = [];
  if (first !== undefined && first === next) sentences.push({ key: 'answers', ms: first });
  else {
    if (first !== undefined) sentences.push({ key: 'first_response', ms: first });
    if (next !== undefined) sentences.push({ key: 'next_response', ms: next });
  }
  if (update !== undefined) sentences.push({ key: 'update', ms: update });
  if (resolve !== undefined) sentences.push({ key: 'resolve', ms: resolve });
  return sentences;
}

/**
 * How long something promised takes at most. In hours that end, whole working days are called so.
 * @param hours those it is counted in; null = round the clock
 * @param workingDays words for a number of working days
 * @returns e.g. `30 min`, `4 h`, `2 working days (16 h)`
 */
export function promisedTime(
  ms: number,
  hours: Pick<PlanHours, 'content'> | null,
  locale: Locale,
  workingDays: (count: number) => string,
): string {
  const words = durationWords(ms, locale, { days: false });
  const dayMs = hours && workingDayMs(hours.content);
  if (!dayMs || ms % dayMs !== 0) return words;
  return locale === 'zh-CN' ? `${workingDays(ms / dayMs)}（${words}）` : `${workingDays(ms / dayMs)} (${words})`;
}

/** The hours a priority is counted in; null = round the clock. */
export function hoursOf(terms: Pick<PlanTerms, 'hours'>, promise: PriorityPromise): PlanHours | null {
  return terms.hours.find((hours) => hours.id === promise.calendarId) ?? null;
}
