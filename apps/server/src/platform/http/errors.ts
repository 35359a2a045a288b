import { AppError, chooseLocale, errorMessage, type Locale } from '@alongside/contracts';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { SECURITY_HEADERS } from './headers.ts';

/** The language to answer in: the caller's own, else what the browser asks for. */
export function requestLocale(request: FastifyRequest): Locale {
  return request.caller?.locale ?? chooseLocale((request.headers['accept-language'] ?? '').split(','));
}

/** PostgreSQL's code of “no space left on device”. */
const DISK_FULL = '53100';
/** Codes of a server that is shutting down, starting, out of connections or time, and of a broken connection. */
const DATABASE_AWAY = /^(57P0[123]|57014|53300|08\d{3}|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOENT)$/;

/** What the driver says, without a code, of a connection that ended or that it waited for in vain. */
const CONNECTION_LOST =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/** Turns whatever was thrown into an error of the registry. What it was stays in the log. */
export function asAppError(error: unknown, request: FastifyRequest): AppError {
  if (error instanceof AppError) return error;
  const { code, statusCode } = error as Partial<FastifyError>;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return tooLarge(request);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new AppError('unsupported_media_type');
    case 'ENOSPC':
    case DISK_FULL:
      return new AppError('storage_full');
  }
  if (code?.startsWith('FST_ERR_CTP') || statusCode === 400 || error instanceof SyntaxError)
    return new AppError('malformed_request');
  if (code !== undefined ? DATABASE_AWAY.test(code) : CONNECTION_LOST.test((error as Error | null)?.message ?? ''))
    return new AppError('unavailable');
  return new AppError('internal', { requestId: request.id });
}

/** Fastify's error handler: one shape for every failure, in the reader's language, without a trace. */
export function replyWithError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = asAppError(error, request);
  if (known.status >= 500) request.log.error({ err: error, requestId: request.id, code: known.code }, 'request failed');
  const retryAfter = known.code === 'rate_limited' ? known.details.seconds : undefined;
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  reply
    .code(known.status)
    .headers(SECURITY_HEADERS)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(known.toReply(requestLocale(request))));
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The field whose fault a body is that is larger than the route takes. */
    largestField?: string;
  }
}

function tooLarge(request: FastifyRequest): AppError {
  const limit = readableBytes(request.routeOptions.bodyLimit);
  const field = request.routeOptions.config.largestField;
  if (field === undefined) return new AppError('body_too_large', { limit });
  return new AppError('invalid_input', { field }, [
    { field, message: errorMessage('body_too_large', requestLocale(request), { limit }) },
  ]);
}

/** `1.5 GiB`; whole numbers without a fraction. */
export function readableBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${units[unit]}`;
}
