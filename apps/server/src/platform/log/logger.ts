import { Writable } from 'node:stream';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from '../config/settings.ts';
import { redact } from './redact.ts';

export type Log = Logger;

/**
 * The server's log: one JSON line per entry, or text for people on a terminal. Secrets are removed from every entry.
 * @param destination for tests; standard output otherwise
 */
export function createLog(
  config: Pick<Config, 'logLevel' | 'logFormat'>,
  destination: DestinationStream = process.stdout,
): Log {
  const forPeople =
    config.logFormat === 'text' ||
    (config.logFormat === 'auto' && destination === process.stdout && process.stdout.isTTY === true);
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      formatters: { level: (label) => ({ level: label }) },
      // Cleaning the finished line is the only place that sees bindings, messages, errors and fields alike.
      hooks: { streamWrite: (line) => `${JSON.stringify(redact(JSON.parse(line)))}\n` },
    },
    forPeople ? textStream(destination) : destination,
  );
}

/** Errors of libraries drag whole connections behind them; these fields are what helps. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, detail } = error as { code?: unknown; detail?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(detail === undefined ? {} : { detail }),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/** Discards everything; for tests and tools that have their own output. */
export function silentLog(): Log {
  return pino({ level: 'silent' });
}

const COLOURS: Record<string, string> = { fatal: '35', error: '31', warn: '33', info: '32', debug: '36', trace: '90' };

function textStream(destination: DestinationStream): DestinationStream {
  return new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      destination.write(asText(line));
      done();
    },
  });
}

/** `12:04:31 warn  message key=value` with an error's stack on the following lines. */
export function asText(line: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown> & {
    level: string;
    time: string;
  };
  const details = Object.entries(rest)
    .map(([key, value]) => ` \u001b[90m${key}=\u001b[0m${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
  const stack = (err as { stack?: string } | undefined)?.stack;
  const label = `\u001b[${COLOURS[level] ?? '0'}m${level.padEnd(5)}\u001b[0m`;
  return `\u001b[90m${time.slice(11, 19)}\u001b[0m ${label} ${msg ?? ''}${details}\n${stack ? `${stack}\n` : ''}`;
}
