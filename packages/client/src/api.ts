import {
  CSRF_HEADER,
  type ErrorReply,
  type Locale,
  type Route,
  type RouteInput,
  type RouteReply,
} from '@alongside/contracts';
import { ApiError, errorFromReply, localError } from './api-error.ts';

const TIMEOUT_MS = 20_000;

export type ApiOptions = {
  /** Origin of the server without a slash at its end; '' for the page's own. */
  baseUrl: string;
  /**
   * For whom the page speaks, where the session is a cookie: a console and a portal open side by side in one browser have
   * a session each.
   */
  side?: 'staff' | 'customer';
  /** The bearer token, where the session is not a cookie. */
  token?: () => string | null;
  /** The language answers are wanted in. */
  locale: () => Locale;
  /** Replaced in tests. */
  fetch?: typeof fetch;
};

export type CallOptions = {
  signal?: AbortSignal;
  /** Gives up after this long; 20 s unless told. */
  timeoutMs?: number;
  /** Lets the request outlive the page (small bodies only): for a last word while it closes. */
  keepalive?: boolean;
  /** Compresses the body where the browser can; not with `keepalive`, which has no time for it. */
  gzip?: boolean;
};

/** Calls the server's routes by their declaration. */
export type Api = {
  readonly baseUrl: string;
  readonly locale: () => Locale;
  readonly token: () => string | null;
  readonly side: 'staff' | 'customer' | null;
  /** @throws ApiError always and only */
  call<R extends Route>(route: R, input: RouteInput<R>, options?: CallOptions): Promise<RouteReply<R>>;
  /** Headers every request of ours carries. */
  headers(): Record<string, string>;
};

type LooseInput = { params?: unknown; query?: unknown; body?: unknown };

/** Makes a caller bound to one server and one session. */
export function createApi(options: ApiOptions): Api {
  const token = options.token ?? (() => null);
  const send: typeof fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));

  function headers(): Record<string, string> {
    const bearer = token();
    return {
      [CSRF_HEADER]: options.side ?? '1',
      'accept-language': options.locale(),
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
    };
  }

  async function call<R extends Route>(
    route: R,
    input: RouteInput<R>,
    callOptions: CallOptions = {},
  ): Promise<RouteReply<R>> {
    const { params, query, body } = input as LooseInput;
    const locale = options.locale();
    const timeout = AbortSignal.timeout(callOptions.timeoutMs ?? TIMEOUT_MS);
    const signal = callOptions.signal ? AbortSignal.any([callOptions.signal, timeout]) : timeout;
    try {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const zipped = text !== undefined && callOptions.gzip && !callOptions.keepalive ? await gzipped(text) : null;
      const response = await send(options.baseUrl + routeAddress(route.path, params, query), {
        method: route.method,
        credentials: 'include',
        cache: 'no-store',
        signal,
        keepalive: callOptions.keepalive ?? false,
        headers: {
          ...headers(),
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...(zipped === null ? {} : { 'content-encoding': 'gzip' }),
        },
        ...(text === undefined ? {} : { body: zipped ?? text }),
      });
      const reply = await response.text();
      if (response.ok) return JSON.parse(reply || '{}') as RouteReply<R>;
      throw failure(response, reply, locale);
    } catch (thrown) {
      if (thrown instanceof ApiError) throw thrown;
      if (callOptions.signal?.aborted) throw localError('aborted', locale);
      if (timeout.aborted) throw localError('timeout', locale);
      throw localError(thrown instanceof SyntaxError ? 'bad_reply' : 'offline', locale);
    }
  }

  return { baseUrl: options.baseUrl, locale: options.locale, token, side: options.side ?? null, call, headers };
}

/**
 * Path and query of a call.
 * @param path with `:name` parameters
 * @param query undefined values are left out
 */
export function routeAddress(path: string, params: unknown, query: unknown): string {
  const values = (params ?? {}) as Record<string, unknown>;
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(values[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries((query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined) search.set(name, String(value));
  }
  const tail = search.toString();
  return tail ? `${filled}?${tail}` : filled;
}

/** @returns null where the browser has no way to do it */
async function gzipped(text: string): Promise<ArrayBuffer | null> {
  if (typeof CompressionStream === 'undefined') return null;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return await new Response(stream).arrayBuffer();
}

function failure(response: Response, text: string, locale: Locale): ApiError {
  const after = Number(response.headers.get('retry-after'));
  const retryAfterMs = Number.isFinite(after) && after > 0 ? after * 1_000 : null;
  try {
    const reply = JSON.parse(text) as ErrorReply;
    if (reply.error?.code) return errorFromReply(reply.error, response.status, retryAfterMs);
  } catch {
    // A proxy's own error page: judged by its status below.
  }
  const plain = localError('bad_reply', locale);
  return new ApiError({
    code: 'bad_reply',
    message: plain.message,
    status: response.status,
    retry: response.status >= 500 || response.status === 429 || response.status === 408,
    retryAfterMs,
  });
}
