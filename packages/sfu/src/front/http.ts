import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Somebody who was refused gets this long to read why. */
const REFUSAL_MS = 2_000;

/** Browsers fetch `/rtc/validate` and the service API from pages of other origins. */
export function setCors(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  if (request.method !== 'OPTIONS') return;
  response.setHeader('access-control-allow-methods', 'OPTIONS, HEAD, GET, POST, PATCH, DELETE');
  response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '*');
  response.setHeader('access-control-max-age', '86400');
}

export function replyText(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(text);
}

export function replyJson(response: ServerResponse, status: number, body: string): void {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  // Exactly this: livekit-server-sdk drops the error of a reply with a charset.
  response.setHeader('content-type', 'application/json');
  response.end(body);
}

/** Answers an upgrade that is refused with an ordinary HTTP response: native clients read its status. */
export function refuseUpgrade(socket: Duplex, status: number, text: string): void {
  const reason =
    {
      400: 'Bad Request',
      401: 'Unauthorized',
      404: 'Not Found',
      429: 'Too Many Requests',
      503: 'Service Unavailable',
    }[status] ?? 'Error';
  if (socket.destroyed || !socket.writable) return;
  // A peer that never closes its half would keep the connection open.
  setTimeout(() => socket.destroy(), REFUSAL_MS).unref();
  socket.resume();
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` +
      `Access-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n${text}`,
  );
}

/** The request's path and query; a doubled slash in front (some SDKs make one) counts as one. Undefined when broken. */
export function requestUrl(request: IncomingMessage): URL | undefined {
  const target = (request.url ?? '').replace(/^\/{2,}/, '/');
  if (!target.startsWith('/')) return undefined;
  return URL.canParse(target, 'http://host') ? new URL(target, 'http://host') : undefined;
}

/** `Authorization: Bearer`, else `access_token` of the query; empty when there is neither. */
export function bearerToken(request: IncomingMessage, url: URL): string {
  const header = request.headers.authorization;
  if (header !== undefined) return /^bearer /i.test(header) ? header.slice(7).trim() : '';
  return url.searchParams.get('access_token') ?? '';
}

/** The whole body, undefined when it is larger than 10 MiB or breaks off. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}
