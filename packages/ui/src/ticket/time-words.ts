import type { Locale } from '@alongside/contracts';
import { spaced } from '../base/spaced.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** By language and what they tell. Each takes longer to make than a line of the timeline to draw, which needs two. */
const formats = new Map<string, Intl.DateTimeFormat>();
const relativeFormats = new Map<Locale, Intl.RelativeTimeFormat>();

/** @param what names the options; the same for the same ones */
export function dateWords(locale: Locale, what: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${what}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, known);
  return known;
}

function relativeWords(locale: Locale): Intl.RelativeTimeFormat {
  const known = relativeFormats.get(locale) ?? new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  relativeFormats.set(locale, known);
  return known;
}

/**
 * How long ago, in the fewest words: for lists.
 * @param ageMs may be negative when the reader's clock runs behind the server's: counts as now
 * @returns e.g. `now`, `5m`, `3h`, `2d`; `刚刚`, `5 分钟`, `3 小时`, `2 天`
 */
export function shortAge(ageMs: number, locale: Locale): string {
  const zh = locale === 'zh-CN';
  if (ageMs < MINUTE_MS) return zh ? '刚刚' : 'now';
  if (ageMs < HOUR_MS) return `${Math.floor(ageMs / MINUTE_MS)}${zh ? ' 分钟' : 'm'}`;
  if (ageMs < DAY_MS) return `${Math.floor(ageMs / HOUR_MS)}${zh ? ' 小时' : 'h'}`;
  return `${Math.floor(ageMs / DAY_MS)}${zh ? ' 天' : 'd'}`;
}

/**
 * How long ago, in a phrase: beside text.
 * @param at the instant, ms
 * @param nowMs the reader's clock
 */
export function agePhrase(at: number, nowMs: number, locale: Locale): string {
  const ageMs = nowMs - at;
  if (ageMs < 45_000) return locale === 'zh-CN' ? '刚刚' : 'just now';
  const ago = (count: number, unit: 'minute' | 'hour' | 'day') =>
    spaced(relativeWords(locale).format(-count, unit), locale);
  if (ageMs < HOUR_MS) return ago(Math.max(1, Math.round(ageMs / MINUTE_MS)), 'minute');
  if (ageMs < DAY_MS) return ago(Math.round(ageMs / HOUR_MS), 'hour');
  // Calendar days: one of them is said as `yesterday`.
  if (ageMs < 7 * DAY_MS) return ago(Math.max(1, Math.round((startOfDay(nowMs) - startOfDay(at)) / DAY_MS)), 'day');
  return dateWords(locale, 'date', { dateStyle: 'medium' }).format(at);
}

/** A stretch of time as a clock face: `0:07`, `12:30`, `1:02:03`. */
export function clockFace(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1_000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Date and time in full, with the zone: for titles. */
export function exactTime(at: number, locale: Locale): string {
  return dateWords(locale, 'exact', { dateStyle: 'full', timeStyle: 'long' }).format(at);
}

/** Hours and minutes. */
export function timeOfDay(at: number, locale: Locale, timeZone?: string): string {
  const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const;
  return dateWords(locale, `time ${timeZone}`, options).format(at);
}

/** A day's name for a divider: today, yesterday, else the date; the year only when it is not this one. */
export function dayName(at: number, nowMs: number, locale: Locale): string {
  const days = Math.round((startOfDay(nowMs) - startOfDay(at)) / DAY_MS);
  if (days === 0 || days === 1) {
    const word = relativeWords(locale).format(-days, 'day');
    return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
  }
  const sameYear = new Date(at).getFullYear() === new Date(nowMs).getFullYear();
  return dateWords(locale, `day ${sameYear}`, {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(at);
}

/** Midnight before an instant in the reader's zone, ms. */
export function startOfDay(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
