import {
  ERRORS,
  type ErrorCode,
  type ErrorDetails,
  type ErrorReply,
  errorMessage,
  type FieldIssue,
  type Locale,
  type LocalisedText,
} from '@alongside/contracts';

const LOCAL = {
  offline: {
    retry: true,
    message: {
      en: 'The service cannot be reached. Please check your connection.',
      'zh-CN': '无法连接到服务，请检查网络。',
    },
  },
  timeout: {
    retry: true,
    message: { en: 'The service took too long to answer. Please try again.', 'zh-CN': '服务响应超时，请重试。' },
  },
  aborted: { retry: false, message: { en: 'Cancelled.', 'zh-CN': '已取消。' } },
  bad_reply: {
    retry: true,
    message: {
      en: 'The answer could not be understood. Something between this page and the service may have changed it.',
      'zh-CN': '无法识别服务返回的内容，可能被网络中的设备修改。',
    },
  },
} as const satisfies Record<string, { retry: boolean; message: LocalisedText }>;

/** What can go wrong before the server's own answer is there. */
export type LocalErrorCode = keyof typeof LOCAL;
export type ApiErrorCode = ErrorCode | LocalErrorCode;

/** A request that did not succeed, with words for the person in their language. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  /** HTTP status; 0 when no answer arrived. */
  readonly status: number;
  /** Whether the same request may succeed later without a change. */
  readonly retry: boolean;
  /** The first wrong field (dotted path), when the input was at fault. */
  readonly field: string | null;
  readonly issues: readonly FieldIssue[];
  readonly details: ErrorDetails;
  /** How long the server asked to wait before trying again, ms. */
  readonly retryAfterMs: number | null;

  constructor(fields: {
    code: ApiErrorCode;
    message: string;
    status: number;
    retry: boolean;
    issues?: readonly FieldIssue[];
    details?: ErrorDetails;
    retryAfterMs?: number | null;
  }) {
    super(fields.message);
    this.name = 'ApiError';
    this.code = fields.code;
    this.status = fields.status;
    this.retry = fields.retry;
    this.issues = fields.issues ?? [];
    this.field = this.issues[0]?.field ?? null;
    this.details = fields.details ?? {};
    this.retryAfterMs = fields.retryAfterMs ?? null;
  }
}

/** An error that arose on this side of the network. */
export function localError(code: LocalErrorCode, locale: Locale): ApiError {
  return new ApiError({ code, message: LOCAL[code].message[locale], status: 0, retry: LOCAL[code].retry });
}

/**
 * An error of the registry made on this side, e.g. a size checked before anything is sent.
 * @param details fill the message's placeholders
 */
export function registryError(code: ErrorCode, locale: Locale, details: ErrorDetails = {}): ApiError {
  const { status, retry } = ERRORS[code];
  return new ApiError({ code, message: errorMessage(code, locale, details), status, retry, details });
}

/** The error object of a reply or of a `refused` frame. */
export function errorFromReply(
  error: ErrorReply['error'],
  status: number,
  retryAfterMs: number | null = null,
): ApiError {
  const asked = Number(error.details?.seconds);
  return new ApiError({
    code: error.code,
    message: error.message,
    status,
    retry: error.retry,
    issues: error.issues ?? (error.field ? [{ field: error.field, message: error.message }] : []),
    details: error.details ?? {},
    retryAfterMs: retryAfterMs ?? (Number.isFinite(asked) && asked > 0 ? asked * 1_000 : null),
  });
}

/** Whatever was thrown, as an ApiError. */
export function toApiError(thrown: unknown, locale: Locale): ApiError {
  return thrown instanceof ApiError ? thrown : localError('bad_reply', locale);
}
