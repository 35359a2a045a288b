import type { LogTimes } from './log-times.ts';

/** One line of a log that is an object of JSON. */
export type LogRecord = { atMs: number | null; level: string | null; text: string };

const TIMES = [
  '@timestamp',
  'timestamp',
  'time',
  'ts',
  'datetime',
  'date',
  't',
  'eventTime',
  'createdAt',
  'created',
  'asctime',
];
const LEVELS = ['level', 'severity', 'lvl', 'loglevel', 'logLevel', 'log.level', 'levelname'];
const TEXTS = ['message', 'msg', 'text', 'event', 'body', 'log', 'content', 'name'];

/** By number, as pino and bunyan write them. */
const NUMBERED: Readonly<Record<string, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const WORDS: Readonly<Record<string, string>> = {
  warning: 'warn',
  err: 'error',
  critical: 'fatal',
  verbose: 'trace',
  notice: 'info',
  log: 'info',
};

/** @returns null for what is no object of JSON; what it says besides goes after its message as `name=value` */
export function recordOf(line: string, times: LogTimes): LogRecord | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return null;
  }
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    ? logRecord(parsed as Fields, times)
    : null;
}

type Fields = Record<string, unknown>;

/** As `recordOf`, of what is parsed already. */
export function logRecord(fields: Fields, times: LogTimes): LogRecord {
  const timeKey = TIMES.find((key) => times.value(fields[key]) !== null);
  const levelKey = LEVELS.find((key) => typeof fields[key] === 'string' || typeof fields[key] === 'number');
  const textKey = TEXTS.find((key) => typeof fields[key] === 'string');
  const level = levelKey === undefined ? null : String(fields[levelKey]).toLowerCase();
  const rest: string[] = [];
  flatten(fields, '', new Set([timeKey, levelKey, textKey]), rest, 0);
  return {
    atMs: timeKey === undefined ? null : times.value(fields[timeKey]),
    level: level === null ? null : (NUMBERED[level] ?? WORDS[level] ?? level.slice(0, 20)),
    text: [textKey === undefined ? '' : String(fields[textKey]), ...rest].join(' ').trim(),
  };
}

const MOST_FIELDS = 40;
const DEEPEST = 4;

function flatten(
  value: unknown,
  name: string,
  without: ReadonlySet<string | undefined>,
  out: string[],
  depth: number,
): void {
  if (out.length >= MOST_FIELDS || depth > DEEPEST || value === null || value === undefined) return;
  if (typeof value !== 'object') {
    out.push(`${name}=${String(value).slice(0, 2_000)}`);
    return;
  }
  for (const [key, inner] of Object.entries(value))
    if (depth > 0 || !without.has(key)) flatten(inner, name === '' ? key : `${name}.${key}`, without, out, depth + 1);
}
