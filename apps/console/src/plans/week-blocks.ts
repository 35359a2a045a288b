import type { CalendarContent } from '@alongside/contracts';
import { WEEKDAYS, type Weekday } from '@alongside/sla';

export const DAY_MINUTES = 24 * 60;
/** What the mouse and the arrow keys move by; times typed in are taken to the minute. */
export const STEP_MINUTES = 15;
/** Shorter ones can be typed in. */
const SHORTEST_MINUTES = 30;

export type Week = CalendarContent['week'];

/** A window of a day as it is drawn, minutes after its midnight; one overnight ends past 1440. */
export type Block = { open: number; close: number };

/** @returns null for what is no window such as "09:00-12:00" */
export function readBlock(window: string): Block | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/.exec(window);
  if (!match) return null;
  const open = Number(match[1]) * 60 + Number(match[2]);
  const close = match[3] === undefined ? DAY_MINUTES : Number(match[3]) * 60 + Number(match[4]);
  if (open === close) return null;
  return { open, close: close < open ? close + DAY_MINUTES : close };
}

/** A block as a window: "22:00-06:00", "18:00-24:00". */
export function writeBlock({ open, close }: Block): string {
  return `${clock(open)}-${close === DAY_MINUTES ? '24:00' : clock(close % DAY_MINUTES)}`;
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** The nearest step. */
export function snapped(minutes: number): number {
  return Math.round(minutes / STEP_MINUTES) * STEP_MINUTES;
}

/** Moves a whole block within its day; what runs overnight may go on doing so. */
export function moved(block: Block, by: number): Block {
  const length = block.close - block.open;
  const open = clamp(block.open + by, 0, DAY_MINUTES - STEP_MINUTES);
  return { open, close: open + length };
}

/** Moves where a block begins or ends. It stays at least half an hour and less than a day long. */
export function resized(block: Block, edge: 'open' | 'close', to: number): Block {
  if (edge === 'open')
    return { ...block, open: clamp(to, Math.max(0, block.close - DAY_MINUTES + 1), block.close - SHORTEST_MINUTES) };
  return { ...block, close: clamp(to, block.open + SHORTEST_MINUTES, block.open + DAY_MINUTES - STEP_MINUTES) };
}

/** A block between two places of a day, wherever the drag began. */
export function spanned(a: number, b: number): Block {
  const open = clamp(snapped(Math.min(a, b)), 0, DAY_MINUTES - SHORTEST_MINUTES);
  return { open, close: Math.max(open + SHORTEST_MINUTES, snapped(Math.max(a, b))) };
}

/** A window for a day that has none yet, or one more after the last. */
export function nextWindow(windows: readonly string[]): string {
  const last = Math.max(0, ...windows.map((window) => readBlock(window)?.close ?? 0));
  if (last === 0) return '09:00-18:00';
  const open = Math.min(last + 60, DAY_MINUTES - 60);
  return writeBlock({ open, close: Math.min(open + 4 * 60, DAY_MINUTES) });
}

/** What of a day before runs into it: minutes after midnight, 0 where nothing does. */
export function tailInto(week: Week, day: Weekday): number {
  const before = WEEKDAYS[(WEEKDAYS.indexOf(day) + 6) % 7]!;
  return Math.max(0, ...(week[before] ?? []).map((window) => (readBlock(window)?.close ?? 0) - DAY_MINUTES));
}

/** A week with other windows on a day; a day without any is left out. */
export function withDay(week: Week, day: Weekday, windows: readonly string[]): Week {
  const { [day]: _, ...rest } = week;
  return windows.length === 0 ? rest : { ...rest, [day]: [...windows] };
}

/** The days and their windows in order, as a week is saved: while one moves a window, it must not change its place. */
export function inOrder(week: Week): Week {
  return Object.fromEntries(WEEKDAYS.filter((day) => week[day]?.length).map((day) => [day, [...week[day]!].sort()]));
}

/** What was typed as a time, as it is written: "9" is "09:00". What is none stays as it is: the server says so. */
export function typedTime(text: string): string {
  const match = /^(\d{1,2})(?:[:：.]?(\d{2}))?$/.exec(text.trim());
  return match ? `${match[1]!.padStart(2, '0')}:${match[2] ?? '00'}` : text.trim();
}

/** Hours a week, to tell at a glance. */
export function weeklyHours(week: Week): number {
  const minutes = WEEKDAYS.flatMap((day) => week[day] ?? [])
    .map(readBlock)
    .reduce((sum, block) => sum + (block ? block.close - block.open : 0), 0);
  return Math.round(minutes / 6) / 10;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
