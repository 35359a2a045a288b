import type { Locale, OpenCycle, TicketClock } from '@alongside/contracts';
import { dateWords, startOfDay, timeOfDay } from '../ticket/time-words.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How a promise stands: in good time, soon due, overdue, or standing still. */
export type ClockTone = 'calm' | 'warned' | 'overdue' | 'paused';

/** How one promise stands at an instant. */
export function toneOf(cycle: Pick<OpenCycle, 'dueAt' | 'warnAt'>, nowMs: number): ClockTone {
  if (cycle.dueAt === null) return 'paused';
  if (Date.parse(cycle.dueAt) <= nowMs) return 'overdue';
  return cycle.warnAt !== null && Date.parse(cycle.warnAt) <= nowMs ? 'warned' : 'calm';
}

/** The promise a clock shows: what is due first; where nothing runs, what has stood still the longest. */
export function shownCycle(clock: Pick<TicketClock, 'cycles'>): OpenCycle | null {
  const rank = ({ dueAt, pausedSince }: OpenCycle) => (dueAt === null ? `2 ${pausedSince}` : `1 ${dueAt}`);
  return clock.cycles.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))[0] ?? null;
}

/**
 * How long until the look of a promise changes, ms: how closely it has to be watched.
 * @returns infinity when time alone changes nothing any more
 */
export function untilChange({ dueAt, warnAt }: Pick<OpenCycle, 'dueAt' | 'warnAt'>, nowMs: number): number {
  const ahead = [dueAt, warnAt].flatMap((at) => (at === null || Date.parse(at) <= nowMs ? [] : Date.parse(at) - nowMs));
  return Math.min(Number.POSITIVE_INFINITY, ...ahead);
}

/**
 * A stretch of time in two units at most, rounded down to the minute.
 * @param days false counts on in hours: a business day is no 24 hours
 * @returns e.g. `under 1 min`, `42 min`, `3 h 10 min`, `2 d 4 h`; `不到 1 分钟`, `42 分钟`, `3 小时 10 分钟`, `2 天 4 小时`
 */
export function durationWords(durationMs: number, locale: Locale, { days = true }: { days?: boolean } = {}): string {
  const zh = locale === 'zh-CN';
  if (durationMs < MINUTE_MS) return zh ? '不到 1 分钟' : 'under 1 min';
  const d = days ? Math.floor(durationMs / DAY_MS) : 0;
  const h = Math.floor((durationMs - d * DAY_MS) / HOUR_MS);
  const min = Math.floor(durationMs / MINUTE_MS) % 60;
  const parts = [
    d > 0 ? `${d}${zh ? ' 天' : ' d'}` : '',
    h > 0 ? `${h}${zh ? ' 小时' : ' h'}` : '',
    d === 0 && min > 0 ? `${min}${zh ? ' 分钟' : ' min'}` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/**
 * The same in the least room, for rows: `<1m`, `42m`, `3h10`, `2d4h`; `<1分`, `42分`, `3时10分`, `2天4时`.
 */
export function durationShort(durationMs: number, locale: Locale): string {
  const zh = locale === 'zh-CN';
  if (durationMs < MINUTE_MS) return zh ? '<1分' : '<1m';
  const d = Math.floor(durationMs / DAY_MS);
  const h = Math.floor(durationMs / HOUR_MS) % 24;
  const min = Math.floor(durationMs / MINUTE_MS) % 60;
  if (d > 0) return `${d}${zh ? '天' : 'd'}${h > 0 ? `${h}${zh ? '时' : 'h'}` : ''}`;
  if (h > 0) return `${h}${zh ? '时' : 'h'}${min > 0 ? `${String(min).padStart(2, '0')}${zh ? '分' : ''}` : ''}`;
  return `${min}${zh ? '分' : 'm'}`;
}

/**
 * When something is due, as one says it: the time alone today, the day with it else.
 * @param timeZone the reader's own unless said
 */
export function dueWords(atMs: number, nowMs: number, locale: Locale, timeZone?: string): string {
  if (timeZone === undefined && startOfDay(atMs) === startOfDay(nowMs)) return timeOfDay(atMs, locale);
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  return dateWords(locale, `due ${sameYear} ${timeZone}`, {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(sameYear ? {} : { year: 'numeric' }),
    timeZone,
  }).format(atMs);
}
