import type { ErrorReply, Locale } from '@alongside/contracts';
import type { DetailedError } from 'tus-js-client';
import { ApiError, errorFromReply, localError } from './api-error.ts';

/** What went wrong with an upload: the server's own words where it said any. */
export function tusError(thrown: Error | DetailedError, locale: Locale): ApiError {
  const response = 'originalResponse' in thrown ? thrown.originalResponse : null;
  const status = response?.getStatus() ?? 0;
  if (!response || status === 0) return localError('offline', locale);
  const asked = Number(response.getHeader('retry-after'));
  const retryAfterMs = Number.isFinite(asked) && asked > 0 ? asked * 1_000 : null;
  try {
    const reply = JSON.parse(response.getBody()) as ErrorReply;
    if (reply.error?.code) return errorFromReply(reply.error, status, retryAfterMs);
  } catch {
    // The tus library's own errors and proxies' pages are plain text: judged by their status.
  }
  return new ApiError({
    code: 'bad_reply',
    message: localError('bad_reply', locale).message,
    status,
    // 409: the offset moved on under us; 423: the cut request still holds the lock. Both pass by asking again.
    retry: status >= 500 || status === 408 || status === 409 || status === 423 || status === 429,
    retryAfterMs,
  });
}
