import type { ReadingHints } from './reader.ts';

/** What is known of the time at the beginning of a line: where it stands, and its parts. */
type Form = { pattern: RegExp; read(found: RegExpExecArray, clock: Clock): number };
type Clock = Required<ReadingHints>;

const DAY_MS = 86_400_000;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*';
const FRACTION = '(?:[.,:](\\d{1,9}))?';
const ZONE = '\\s?((?:GMT|UTC)?[+-]\\d{2}:?\\d{2}\\b|Z\\b|UTC\\b|GMT\\b)?';

const fraction = (digits: string | undefined) => (digits ? Number(`0.${digits}`) * 1_000 : 0);

/** @param zone as written; the hint's where it is not */
function instant(clock: Clock, parts: (string | number | undefined)[], ms: number, zone: string | undefined): number {
  const [year, month, day, hour, minute, second] = parts.map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const isPossible =
    year > 1_990 && year < 2_200 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 25 && minute < 60;
  if (!isPossible) return Number.NaN;
  return Date.UTC(year, month - 1, day, hour, minute, second) + ms - minutesOf(zone, clock) * 60_000;
}

function minutesOf(zone: string | undefined, clock: Clock): number {
  if (zone === undefined) return clock.zoneMinutes;
  const [, sign, hours, minutes] = /([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** A time that names no year is of the one in which the document was written, or of none. */
function yearless(clock: Clock, parts: (string | undefined)[], ms: number): number {
  const written = new Date(clock.writtenMs);
  if (clock.writtenMs === 0) return instant(clock, [1_992, ...parts], ms, 'Z') - Date.UTC(1_991, 11, 31);
  const at = instant(clock, [written.getUTCFullYear(), ...parts], ms, undefined);
  return at > clock.writtenMs + DAY_MS ? instant(clock, [written.getUTCFullYear() - 1, ...parts], ms, undefined) : at;
}

/** Usual forms, the particular before the general. */
const FORMS: readonly Form[] = [
  {
    // 2026-05-14T02:00:01.250Z, 2026/05/14 02:00:01,250, 2026-05-14 02:00:01.250123+0800
    pattern: new RegExp(
      `(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})[T ,_]{1,3}(\\d{1,2}):(\\d{2})(?::(\\d{2})${FRACTION})?${ZONE}`,
    ),
    read: ([, year, month, day, hour, minute, second, ms, zone], clock) =>
      instant(clock, [year, month, day, hour, minute, second], fraction(ms), zone),
  },
  {
    // 2026年5月14日 02:00:01，2026年5月14日 下午2:00:01
    pattern:
      /(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]\s*(凌晨|早上|上午|中午|下午|晚上)?\s*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2}))?(?:[.,](\d{1,9}))?秒?/,
    read: ([, year, month, day, half, hour, minute, second, ms], clock) => {
      const isLater = (half === '下午' || half === '晚上') && Number(hour) < 12;
      const isNight = (half === '凌晨' || half === '上午') && Number(hour) === 12;
      const hours = Number(hour) + (isLater ? 12 : 0) - (isNight ? 12 : 0);
      return instant(clock, [year, month, day, hours, minute, second], fraction(ms), undefined);
    },
  },
  {
    // Thu May 14 2026 02:00:01 GMT+0800, May 14, 2026 02:00:01
    pattern: new RegExp(`${MONTH} (\\d{1,2}),? (\\d{4}),? (\\d{1,2}):(\\d{2}):(\\d{2})${FRACTION}${ZONE}`, 'i'),
    read: ([, month, day, year, hour, minute, second, ms, zone], clock) =>
      instant(clock, [year, monthOf(month), day, hour, minute, second], fraction(ms), zone),
  },
  {
    // 14/May/2026:02:00:01 +0800, 14 May 2026 02:00:01
    pattern: new RegExp(`(\\d{1,2})[-/ ]${MONTH}[-/ ](\\d{4})[: ](\\d{2}):(\\d{2}):(\\d{2})${FRACTION}${ZONE}`, 'i'),
    read: ([, day, month, year, hour, minute, second, ms, zone], clock) =>
      instant(clock, [year, monthOf(month), day, hour, minute, second], fraction(ms), zone),
  },
  {
    // 5/14/2026, 2:00:01 PM; 14.05.2026 02:00:01
    pattern: /(\d{1,2})([/.-])(\d{1,2})\2(\d{4}),? (\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?:\s?(AM|PM)\b)?/i,
    read: ([, first, mark, second, year, hour, minute, seconds, ms, half], clock) => {
      // With slashes the month comes first, as where AM and PM are used, unless it cannot.
      const isDayFirst = mark !== '/' || Number(first) > 12;
      const hours = (Number(hour) % (half ? 12 : 24)) + (half?.toUpperCase() === 'PM' ? 12 : 0);
      const [month, day] = isDayFirst ? [second, first] : [first, second];
      return instant(clock, [year, month, day, hours, minute, seconds], fraction(ms), undefined);
    },
  },
  {
    // Agora: [05/14/26 02:00:01:250]
    pattern: /(?<![\d/])(\d{1,2})\/(\d{1,2})\/(\d{2}) (\d{1,2}):(\d{2}):(\d{2})(?:[.,:](\d{1,9}))?/,
    read: ([, month, day, year, hour, minute, second, ms], clock) =>
      instant(clock, [2_000 + Number(year), month, day, hour, minute, second], fraction(ms), undefined),
  },
  {
    // Chromium: [12:34:0514/020001.250000:ERROR:file.cc(1)]
    pattern: /[[:](\d{2})(\d{2})\/(\d{2})(\d{2})(\d{2})(?:\.(\d{1,9}))?:/,
    read: ([, month, day, hour, minute, second, ms], clock) =>
      yearless(clock, [month, day, hour, minute, second], fraction(ms)),
  },
  {
    // logcat: 05-14 02:00:01.250
    pattern: /(?<!\d)(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})[.,](\d{3,6})/,
    read: ([, month, day, hour, minute, second, ms], clock) =>
      yearless(clock, [month, day, hour, minute, second], fraction(ms)),
  },
  {
    // syslog: May 14 02:00:01
    pattern: new RegExp(`${MONTH} {1,2}(\\d{1,2}) (\\d{2}):(\\d{2}):(\\d{2})${FRACTION}`, 'i'),
    read: ([, month, day, hour, minute, second, ms], clock) =>
      yearless(clock, [String(monthOf(month)), day, hour, minute, second], fraction(ms)),
  },
  {
    // Since 1970, s, ms or µs: 1795291080250, 1795291080.25
    pattern: /(?:^|[[(<"'|,\s])(1\d{9}(?:\.\d{1,9}|\d{3}|\d{6})?)(?=[\])>"'|,;:\s]|$)/,
    read: ([, digits]) => epochMs(Number(digits)),
  },
  {
    // libwebrtc: [012:345], s and ms since the program began
    pattern: /\[(\d{3,6}):(\d{3})\]/,
    read: ([, seconds, ms]) => Number(seconds) * 1_000 + Number(ms),
  },
  {
    pattern: /(?<![\d:])(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?![\d:])/,
    read: ([, hour, minute, second, ms]) =>
      Number(hour) < 24 && Number(minute) < 60
        ? (Number(hour) * 3_600 + Number(minute) * 60 + Number(second)) * 1_000 + fraction(ms)
        : Number.NaN,
  },
];

const monthOf = (name: string | undefined) => MONTHS.indexOf(String(name).slice(0, 3).toLowerCase()) + 1;

/** @returns ms since 1970 of a number in s, ms, µs or ns, by its size; a smaller one as it is */
export function epochMs(value: number): number {
  if (value > 1e17) return value / 1e6;
  if (value > 1e14) return value / 1e3;
  return value > 1e9 && value < 1e11 ? value * 1_000 : value;
}

/** How far into a line its time may begin, characters. */
const FURTHEST = 48;

/** Finds times at the beginnings of lines, whatever their form, and counts days where they name none. */
export class LogTimes {
  readonly #clock: Clock;
  #form: Form | null = null;
  #lastMs = Number.NEGATIVE_INFINITY;
  #days = 0;

  constructor({ writtenMs = 0, zoneMinutes = 0 }: ReadingHints) {
    this.#clock = { writtenMs, zoneMinutes };
  }

  /** @returns the instant and what the line says besides; null where it names none */
  read(line: string): { atMs: number; before: string; after: string } | null {
    const head = line.slice(0, FURTHEST + 48);
    const forms = this.#form ? [this.#form, ...FORMS] : FORMS;
    for (const form of forms) {
      const found = form.pattern.exec(head);
      if (!found || found.index > FURTHEST) continue;
      const atMs = form.read(found, this.#clock);
      if (!Number.isFinite(atMs)) continue;
      this.#form = form;
      const end = found.index + found[0].length;
      return { atMs: this.#counted(atMs), before: line.slice(0, found.index), after: line.slice(end) };
    }
    return null;
  }

  /** @returns an instant as JSON writes it: a number of any unit, or a text of any form */
  value(value: unknown): number | null {
    if (typeof value === 'number' && value > 0) return epochMs(value);
    if (typeof value !== 'string') return null;
    if (/^\d{9,19}(\.\d+)?$/.test(value)) return epochMs(Number(value));
    return this.read(value)?.atMs ?? null;
  }

  /** Of times without a date: past midnight they begin anew. */
  #counted(atMs: number): number {
    if (atMs >= DAY_MS) return atMs;
    if (atMs + this.#days * DAY_MS < this.#lastMs - DAY_MS / 2) this.#days += 1;
    this.#lastMs = atMs + this.#days * DAY_MS;
    return this.#lastMs;
  }
}
